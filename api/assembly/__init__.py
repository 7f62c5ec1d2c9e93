"""Puts the rooms together: the host, the store, the recommender, the schema, and the Starlette application."""
