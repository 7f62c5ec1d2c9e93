"""Backups: written, checked, restored, moved."""
