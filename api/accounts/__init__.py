"""Signing in and invitations: their pages and mail, and the session's cookie."""
