"""Actors, and the API keys that identify them."""
