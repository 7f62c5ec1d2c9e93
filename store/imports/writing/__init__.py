"""Writes records as rows of the store."""
