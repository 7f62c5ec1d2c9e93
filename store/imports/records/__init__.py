"""Rows of a file as records of a kind."""
