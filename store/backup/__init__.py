"""Backups: everything stored, in one file that is checked, restored, or moved to another database."""
