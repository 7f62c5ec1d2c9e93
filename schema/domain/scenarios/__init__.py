"""Scenarios of a place: other priorities and weights under a name."""
