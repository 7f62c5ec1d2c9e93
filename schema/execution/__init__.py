"""Runs operations by the reference executor, for requests, plugins and streams of events."""
