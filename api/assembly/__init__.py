"""Assembles the application: host, store, recommender, schema, and Starlette."""
