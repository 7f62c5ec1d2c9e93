"""`roadshow notifications`: kinds, previews, sending, and what people were told."""

from __future__ import annotations

import json
from typing import Annotated, NoReturn

import typer
from jinja2 import TemplateError
from sqlalchemy import select

app = typer.Typer(help="Notifications: kinds, previews, sending, and what people were told.", no_args_is_help=True)


@app.command()
def kinds() -> None:
    """List the kinds of notifications that core and the running plugins declare."""
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.preparation import load_host

    for entry in load_host(core=CORE_PARTS).contributions.notification_kinds:
        kind = entry.value
        required = ", required" if kind.required else ""
        typer.echo(f"{kind.name}  {kind.title['en']}  ({entry.owner}; {', '.join(kind.channels)}{required})")


@app.command()
def preview(
    kind: Annotated[str, typer.Argument(help="A kind of notification; `roadshow notifications kinds` lists them.")],
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    html: Annotated[bool, typer.Option("--html", help="Print the HTML.")] = False,
) -> None:
    """Print what a notification looks like, with its example's values."""
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.preparation import load_host
    from api.notifications.rendering import example_of, html_of, text_of
    from api.notifications.texts import LANGUAGES
    from api.operations.delivery import delivery_settings
    from api.operations.settings import load_server_settings

    settings = load_server_settings()
    declared = {entry.name: entry.value for entry in load_host(core=CORE_PARTS).contributions.notification_kinds}
    if kind not in declared:
        _stop(f"There is no kind of notification '{kind}'; there are: {', '.join(sorted(declared)) or 'none'}.")
    if language not in LANGUAGES:
        _stop(f"'{language}' is no language of notifications; give {' or '.join(LANGUAGES)}.")
    base_url = delivery_settings(settings).address
    leave = None if declared[kind].required else f"{base_url}/notifications/unsubscribe/…"
    try:
        message = example_of(declared[kind], language, base_url)
    except TemplateError as problem:
        _stop(f"The templates of '{kind}' don't fit its example: {problem}")
    if html:
        typer.echo(html_of(message, base_url, leave))
    else:
        typer.echo(f"Subject: {message.subject}\n\n{text_of(message, base_url, leave)}")


@app.command()
def send() -> None:
    """Run one pass: write what is due, send what waits, forget what is old. For cron, with or without a server."""
    from api.assembly.rooms import assemble
    from api.notifications.delivering import Notifier

    assembly = assemble()
    try:
        assert assembly.open_job_context is not None
        notifier = Notifier(assembly.database, assembly.host, assembly.open_job_context, assembly.settings)
        notifier.keep_up()
        typer.echo(str(notifier.run(seconds=3_600.0)))
    finally:
        assembly.close()


@app.command()
def held() -> None:
    """List messages that may have arrived and wait for a decision (when_uncertain = hold)."""
    from api.cli.opened import ready_database
    from schema.domain.notifications.entity import OWNER
    from store.enums import MessageState
    from store.models import Account, OutboxMessage

    row = OutboxMessage
    wanted = select(row, Account.email).join(Account, Account.id == row.source_id, isouter=True)
    with ready_database() as database, database.read() as session:
        waiting = wanted.where(row.owner == OWNER, row.progress == MessageState.HELD).order_by(row.made_at, row.id)
        for message, email in session.execute(waiting):
            typer.echo(f"{message.id}  {message.made_at.isoformat()}  {message.kind}  {message.channel}  "
                       f"{email or message.source_id}  {message.detail or ''}".rstrip())  # fmt: skip


@app.command()
def resend(message: Annotated[str, typer.Argument(help="The id of a message that is HELD.")]) -> None:
    """Send a held message, which may have arrived, again under its id."""
    _settle(message, again=True)
    typer.echo(f"{message} is waiting to be sent.")


@app.command()
def drop(message: Annotated[str, typer.Argument(help="The id of a message that is HELD.")]) -> None:
    """Let a held message be: it isn't sent again."""
    _settle(message, again=False)
    typer.echo(f"{message} isn't sent again.")


def _settle(identifier: str, again: bool) -> None:
    from api.cli.opened import ready_database
    from schema.domain.notifications.entity import OWNER
    from store.access.actors import Actor
    from store.enums import MessageState
    from store.models import OutboxMessage
    from store.notifications.outbox import drop as drop_message
    from store.notifications.outbox import send_again

    with ready_database() as database, database.write(Actor.system("command line")) as session:
        wanted = select(OutboxMessage).where(OutboxMessage.id == identifier, OutboxMessage.owner == OWNER)
        row = session.scalar(wanted if database.is_sqlite else wanted.with_for_update())
        if row is None:
            _stop(f"There is no message '{identifier}' of a notification; list the held ones with: "
                  "roadshow notifications held")  # fmt: skip
        if row.progress is not MessageState.HELD:
            _stop(f"The message is {row.progress.value}: only a HELD one waits for a decision.")
        if again:
            send_again(session, row)
        else:
            drop_message(session, row, "It was dropped from the command line.")


@app.command("log")
def log_(
    account: Annotated[str, typer.Argument(help="An account's id or e-mail address.")],
    last: Annotated[int, typer.Option(help="Number of notifications, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what a person was told, without the texts."""
    from api.operations.settings import load_server_settings
    from store.access.accounts import account_at
    from store.database import Database
    from store.models import Account, Notification

    database = Database(load_server_settings().database_url)
    with database.read() as session:
        owner = session.get(Account, account) or account_at(session, account)
        if owner is None:
            _stop(f"There is no account '{account}'; list them with: roadshow accounts list")
        wanted = select(Notification).where(Notification.account_id == owner.id).order_by(Notification.id.desc())
        rows = [
            {"id": row.id, "kind": row.kind, "state": row.state.value, "channels": ", ".join(row.channels) or "–",
             "created": row.created_at.isoformat(), "sent": row.sent_at.isoformat() if row.sent_at else None}
            for row in session.scalars(wanted.limit(last))
        ]  # fmt: skip
    database.dispose()
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo("  ".join(str(row[name]) for name in ("created", "id", "kind", "state", "channels")))
    if not rows:
        typer.echo("None.")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
