"""Resolves what cells name: keys, places, concepts, people and other records."""
