"""Builds the objects of a response from database rows and values."""
