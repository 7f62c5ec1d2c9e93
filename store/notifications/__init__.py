"""Notifications: the outbox, the ways its messages go out, and who is told of what."""
