"""Investors, their mandates and their investments."""
