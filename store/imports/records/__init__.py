"""Reads rows of a file into records of a kind."""
