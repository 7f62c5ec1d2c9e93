"""Curation of records: terms that no vocabulary knows, duplicates, corrections."""
