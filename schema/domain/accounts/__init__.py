"""Accounts: invitations, memberships, sessions, keys and the audit log."""
