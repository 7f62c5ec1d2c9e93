"""Runs operations on the reference executor, for requests, plugins and event streams."""
