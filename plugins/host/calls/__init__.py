"""Calls into a plugin: isolated, timed, counted, behind a circuit breaker."""
