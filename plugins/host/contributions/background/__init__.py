"""Contributions of what outlasts requests: kinds of jobs, kinds of notifications, channels."""
