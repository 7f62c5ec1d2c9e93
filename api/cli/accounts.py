"""``roadshow accounts``, ``roadshow audit`` and ``roadshow archive-audit``"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from store.access.actors import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.database import Database
    from store.models import Account

app = typer.Typer(help="Accounts of people, who sign in with a link.", no_args_is_help=True)


@app.command("create-admin")
def create_admin(
    email: Annotated[str, typer.Argument(help="The e-mail address.")],
    name: Annotated[str, typer.Option(help="The person's name; by default the address.")] = "",
) -> None:
    """Create an administrator's account, or make an existing one an administrator, and print a sign-in link."""
    from api.accounts.sign_in import sign_in_address
    from api.cli.opened import ready_database
    from api.operations.settings import load_server_settings
    from store.access.accounts import account_at, add_membership, create_account
    from store.accounts.signing_in import create_link
    from store.enums import Role, ScopeKind

    with ready_database() as database, database.write(_operator()) as session:
        account = account_at(session, email) or create_account(session, email, name or email)
        add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
        token = create_link(session, account)
    typer.echo("Open this link to sign in. It works once and expires after 15 minutes:", err=True)
    typer.echo(sign_in_address(load_server_settings(), token))


@app.command()
def link(email: Annotated[str, typer.Argument(help="The e-mail address of an account.")]) -> None:
    """Print a sign-in link for an account. It works once and expires after 15 minutes."""
    from api.accounts.sign_in import sign_in_address
    from api.cli.opened import ready_database
    from api.operations.settings import load_server_settings
    from store.accounts.signing_in import create_link

    with ready_database() as database, database.write(_operator()) as session:
        token = create_link(session, _known(session, email))
    typer.echo(sign_in_address(load_server_settings(), token))


@app.command()
def invite(
    file: Annotated[Path, typer.Argument(help="A spreadsheet (CSV, XLSX, …) with columns email, name and language.")],
    role: Annotated[
        str, typer.Option(help="One of admin, organiser, reviewer, planner, investor, talent, or a plugin's role.")
    ],
    scope: Annotated[
        str | None,
        typer.Option(help="Id of the scope, such as an edition's or a place's; by default all."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="Days until the invitations expire.")] = 14,
    until: Annotated[datetime | None, typer.Option(help="When the role ends (UTC); by default never.")] = None,
) -> None:
    """Invite everybody in a spreadsheet by mail. If any row is unusable, nobody is invited.

    Without a mail server, print each e-mail address with its link.
    """
    from api.accounts.invitees import read_invitees
    from api.accounts.mail import AccountMailer, invitation_address
    from api.cli.opened import ready_database
    from api.operations.problems import CommandError
    from api.operations.settings import load_server_settings
    from store.access.scopes import SCOPE_PREFIXES, SCOPES
    from store.accounts import invitations
    from store.enums import ScopeKind
    from store.models.base import now
    from store.values.ids import prefix_of

    people, settings = read_invitees(file), load_server_settings()
    with ready_database(settings) as database, database.write(_operator()) as session:
        known = {each.value.lower(): each for each in SCOPES}  # plugins' too, once the database is ready
        if role.lower() not in known:
            raise CommandError(f"--role: no account can hold '{role}'; give one of {', '.join(known)}")
        kinds = {prefix: kind for kind, prefix in SCOPE_PREFIXES.items()}
        kind = ScopeKind.INSTALLATION if scope is None else kinds.get(prefix_of(scope) or "")
        if kind is None:
            prefixes = ", ".join(kinds)
            raise CommandError(f"--scope: '{scope}' isn't a scope; give an id that begins with one of {prefixes}")
        invited = [
            invitations.invite(
                session,
                each.email,
                known[role.lower()],
                kind,
                scope,
                name=each.name,
                language=each.language,
                expires_at=now() + timedelta(days=days),
                membership_ends_at=_utc(until),
            )
            for each in people
        ]
    if settings.mail_server is None:
        for invitation, token in invited:
            typer.echo(f"{invitation.email}\t{invitation_address(settings, token)}")
    else:
        mailer = AccountMailer(settings)
        mailer.invite(invited, None)
        mailer.close()
    typer.echo(f"Invited {len(invited)}.", err=True)


@app.command("reset-second-factor")
def reset_second_factor(email: Annotated[str, typer.Argument(help="The e-mail address of an account.")]) -> None:
    """Remove an account's second factor and recovery codes, and sign the person out everywhere.

    For whoever has lost the phone. Make sure of the person first: the next link alone signs them in.
    """
    from api.cli.opened import ready_database
    from api.operations.problems import CommandError
    from store.accounts.second_factors import reset

    with ready_database() as database, database.write(_operator()) as session:
        if not reset(session, _known(session, email).id):
            raise CommandError(f"{email!r} has no second factor.")
    typer.echo(f"Reset the second factor of {email}, and ended all sessions.")


@app.command("list")
def list_all() -> None:
    """List accounts and their roles, one per line, tab-separated."""
    from sqlalchemy import select

    from api.cli.opened import ready_database
    from store.access.accounts import held_by
    from store.models import Account

    with ready_database() as database, database.read() as session:
        for account in session.scalars(select(Account).order_by(Account.id)):
            held = held_by(session, account.id, account.talent_id)
            roles = ", ".join(f"{each.role.lower()} of {each.scope_id or 'the installation'}" for each in held)
            state = "archived" if account.archived_at else "active"
            typer.echo("\t".join((account.id, account.email or "", account.name, roles, state)))


@app.command()
def export(email: Annotated[str, typer.Argument(help="The e-mail address of an account.")]) -> None:
    """Print everything stored about a person as JSON: account, talent, and whatever refers to them."""
    import orjson

    from api.cli.opened import ready_database
    from api.operations.settings import load_server_settings
    from store.accounts.personal_data import personal_data
    from store.backup.audit_archive import archived_about

    folder = load_server_settings().audit.directory
    with ready_database() as database, database.read() as session:
        held = personal_data(session, _known(session, email), lambda ids: archived_about(session, folder, ids))
    typer.echo(orjson.dumps(held, option=orjson.OPT_INDENT_2).decode())


@app.command()
def erase(
    email: Annotated[str, typer.Argument(help="The e-mail address of an account.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,
) -> None:
    """Erase an account irreversibly: name, address, sessions, invitations. Revokes its keys and ends its roles."""
    from api.cli.opened import ready_database
    from store.erasure import scrub
    from store.erasure.accounts import erase_account

    with ready_database() as database:
        with database.read() as session:
            account = _known(session, email)
        typer.echo(f"{account.id}: {account.name}, {account.email}", err=True)
        if account.talent_id is not None:
            remedy = f"roadshow talents erase {account.talent_id}"
            typer.echo(f"The talent's record stays; to erase it too: {remedy}", err=True)
        if not yes:
            typer.confirm("Erase this account? This can't be undone.", abort=True)
        with database.write(_operator()) as session:
            changes = erase_account(session, account.id)
        scrub(database)
        redact_archives(database)
    typer.echo(f"Erased {account.id}; emptied {changes} rows of the change log.")


def audit(
    entity: Annotated[str | None, typer.Option(help="Only changes to this id and what belongs to it.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only changes by this account or key.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only changes to this table, such as project.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only changes from this time on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only changes before this time (UTC).")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Maximum number of entries; by default all.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print whole entries as JSON, one per line.")] = False,
) -> None:
    """Show who changed what, newest first, archived entries included. Says which archives aren't at hand."""
    import orjson

    from api.cli.opened import ready_database
    from api.operations.settings import load_server_settings
    from store.accounts.audit import AuditFilter
    from store.backup.audit_archive import missing, read_with_archives

    wanted = AuditFilter(entity, actor, kind, _utc(since), _utc(until))
    folder = load_server_settings().audit.directory
    with ready_database() as database:
        for each in read_with_archives(database, folder, wanted, limit):
            if json:
                typer.echo(orjson.dumps(dict(each), default=str).decode())
                continue
            who = each["actor_name"] or each["actor_id"] or each["actor_role"].lower()
            changed = ", ".join(each["after"] or each["before"] or {})
            moment = f"{each['at']:%Y-%m-%d %H:%M:%S}"
            typer.echo(
                "\t".join((moment, who, each["operation"].lower(), each["entity_type"], each["entity_id"], changed))
            )
        for file in missing(database, folder):
            typer.echo(
                f"{file.entries} entries from {file.begins_at:%Y-%m-%d} to {file.ends_at:%Y-%m-%d} are in {file.name}, "
                f"which isn't in {folder or 'a folder: set ROADSHOW_AUDIT__DIRECTORY'}.",
                err=True,
            )


def archive_audit(
    days: Annotated[
        int | None, typer.Option(min=30, help="Keep the entries of so many days; see audit.keep_days.")
    ] = None,
    directory: Annotated[Path | None, typer.Option(help="Folder of the archives; see audit.directory.")] = None,
) -> None:
    """Move old entries about access and jobs from the audit log to Parquet files; `roadshow audit` reads them there."""
    from api.cli.opened import ready_database
    from api.operations.problems import CommandError
    from api.operations.settings import load_server_settings
    from store.backup.audit_archive import ArchiveError, archive, redact
    from store.models.base import now

    settings = load_server_settings().audit
    folder = directory or settings.directory
    if folder is None:
        raise CommandError("Name the folder of the archives: --directory, or the setting audit.directory")
    with ready_database() as database:
        try:
            moved = archive(database, folder, now() - timedelta(days=days or settings.keep_days))
            redact(database, folder)
        except ArchiveError as problem:
            raise CommandError(str(problem)) from problem
    typer.echo(f"Archived {moved} entries in {folder}.")


def redact_archives(database: Database) -> None:
    """After an erasure, empty archived entries about what was erased, and say which archives aren't at hand."""
    from api.operations.settings import load_server_settings
    from store.backup.audit_archive import missing, redact

    folder = load_server_settings().audit.directory
    redact(database, folder)
    for file in missing(database, folder):
        typer.echo(f"{file.name} isn't at hand: put it into the folder and run roadshow archive-audit.", err=True)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _known(session: Session, email: str) -> Account:
    """Return the account of an address. Raises CommandError if there is none."""
    from api.operations.problems import CommandError
    from store.access.accounts import account_at

    account = account_at(session, email)
    if account is None:
        raise CommandError(f"{email!r} has no account; list the accounts with: roadshow accounts list")
    return account


def _operator() -> Actor:
    return Actor.system(f"command line ({getpass.getuser()})")
