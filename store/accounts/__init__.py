"""Signing in, invitations, and what is told of them: links, sessions, the audit log."""
