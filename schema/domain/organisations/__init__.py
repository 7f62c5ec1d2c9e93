"""Organisations and their partnerships."""
