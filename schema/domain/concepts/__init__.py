"""Vocabularies in the manner of SKOS: schemes, concepts, crosswalks."""
