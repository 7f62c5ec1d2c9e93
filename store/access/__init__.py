"""Actors, and the accounts and API keys that identify them."""
