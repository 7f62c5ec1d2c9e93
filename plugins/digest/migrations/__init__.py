"""Migrations of the digest's tables."""
