"""Talents and their positions."""
