"""Core's Alembic migrations."""
