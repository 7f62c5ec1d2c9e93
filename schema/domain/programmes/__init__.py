"""Programmes and their tracks."""
