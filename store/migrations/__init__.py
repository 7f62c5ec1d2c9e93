"""The chain of Alembic migrations of core."""
