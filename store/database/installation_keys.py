"""Secrets of the installation, created on first use and stored in the database, never logged."""

from __future__ import annotations

import secrets

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from store.database.sessions import Database
from store.models.system import InstallationKey


def installation_key(database: Database, name: str) -> bytes:
    """Return the 32-byte secret of a name. Concurrent processes get the same one."""
    with database.read() as session:
        stored = session.get(InstallationKey, name)
        if stored is not None:
            return bytes.fromhex(stored.secret)
    secret = secrets.token_bytes(32)
    try:
        with database.engine.begin() as connection:
            connection.execute(insert(InstallationKey).values(name=name, secret=secret.hex()))
    except IntegrityError:  # another process was first
        with database.read() as session:
            return bytes.fromhex(session.get_one(InstallationKey, name).secret)
    return secret
