"""Talks between a project and an investor or a place."""
