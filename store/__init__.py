"""Persistence: settings, the change log, validity, the tree of places, and the rooms below."""
