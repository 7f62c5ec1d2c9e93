"""Signing in, invitations, the audit log and personal data."""
