"""``roadshow keys``"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from store.access.actors import Actor
from store.enums import Role

app = typer.Typer(help="API keys, stored as hashes and shown only once.", no_args_is_help=True)

ROLES = [role.value.lower() for role in Role if role not in (Role.PUBLIC, Role.SCOPED_ORGANISER)]


@app.command()
def create(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    name: Annotated[str, typer.Option(help="The holder's name; by default the role and the entity.")] = "",
    subject: Annotated[
        str | None,
        typer.Option("--for", help="Id of the investor, place or talent that it acts for."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires; by default never.")] = None,
) -> None:
    """Create a key and show it once."""
    from api.cli.opened import ready_database
    from api.operations.problems import CommandError
    from store.access import keys

    if role.lower() not in ROLES:
        raise CommandError(f"--role: '{role}' is not a role with a key; give one of {', '.join(ROLES)}")
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    with ready_database() as database, database.write(_operator()) as session:
        label = name or f"{role.lower()}{' of ' + subject if subject else ''}"
        key, secret = keys.create(session, Role[role.upper()], label, subject, expires)
        identifier = key.id
    typer.echo(f"Created {identifier}. The key, which won't be shown again:", err=True)
    typer.echo(secret)


@app.command("list")
def list_all(
    subject: Annotated[str | None, typer.Option("--for", help="Only keys that act for this id.")] = None,
) -> None:
    """List keys with holder, expiry and revocation."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from api.cli.opened import ready_database
    from store.access import keys

    table = Table(box=None)
    for title in ("id", "role", "name", "acts for", "created", "expires", "state"):
        table.add_column(title, no_wrap=title in ("id", "acts for"))
    with ready_database() as database, database.read() as session:
        for key in keys.list_keys(session, subject):
            expired = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
            state = "revoked" if key.revoked_at else "expired" if expired else "active"
            table.add_row(
                key.id,
                key.role.value.lower(),
                Text(key.name),
                key.subject_id or "",
                f"{key.created_at:%Y-%m-%d}",
                f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never",
                state,
            )
    Console(soft_wrap=True).print(table)


@app.command()
def revoke(identifier: Annotated[str, typer.Argument(metavar="ID", help="Its id, from `roadshow keys list`.")]) -> None:
    """Revoke a key (a running server follows within seconds)."""
    from api.cli.opened import ready_database
    from store.access import keys

    with ready_database() as database, database.write(_operator()) as session:
        key = keys.revoke(session, identifier)
        typer.echo(f"Revoked {key.id} ({key.role.value.lower()}, {key.name}).")


def _operator() -> Actor:
    return Actor.system(f"command line ({getpass.getuser()})")
