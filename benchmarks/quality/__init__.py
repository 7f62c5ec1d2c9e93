"""Measures that decided how rankings are made; each needs evaluation data."""
