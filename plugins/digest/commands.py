"""`roadshow digest`: previews, sending, delivery log."""

from __future__ import annotations

import json
import tempfile
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from sqlalchemy import select, update

from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.delivery.mail import Envelope, html_of, text_of
from plugins.digest.delivery.sending import Sender
from plugins.digest.delivery.signing import Secrets
from plugins.digest.managing import Manager
from plugins.digest.problems import InputError
from plugins.digest.settings import Settings
from plugins.digest.tables import OWNER, Attempt, Delivery, Subscription, SubscriptionState, now
from roadshow import Command, Context, Task, command_context, hookimpl

TASK_SECONDS = 900.0
"""More than a pass can take, because it must be able to record what it sends."""


@hookimpl
def register_tasks(settings: Settings) -> Iterable[Task]:
    """Send what is due while the server runs."""
    sender = Sender(OutboxWriter(settings, Secrets(settings)))

    def run(context: Context) -> None:
        sender.run(context)

    if settings.background and settings.base_url is not None:
        yield Task(name="send", run=run, every=settings.every, time_limit=TASK_SECONDS)


@hookimpl
def register_commands(settings: Settings) -> Iterable[Command]:
    """Register one group of commands."""
    yield Command(name="digest", help="Digests: preview, send what is due, delivery log.", run=application(settings))


def application(settings: Settings) -> typer.Typer:
    """Build the commands as a Typer application."""
    app = typer.Typer(help="Digests: preview, send what is due, delivery log.")
    writer = OutboxWriter(settings, Secrets(settings))

    @app.callback(invoke_without_command=True)
    def digest(
        ctx: typer.Context,
        preview: Annotated[
            str | None, typer.Option(help="Print what would be sent: the id of an investor or a subscription.")
        ] = None,
        html: Annotated[bool, typer.Option("--html", help="With --preview: print the HTML.")] = False,
        open_: Annotated[bool, typer.Option("--open", help="With --preview: open it in the browser.")] = False,
        language: Annotated[str, typer.Option(help="With --preview of an investor: en or zh.")] = "en",
        size: Annotated[int, typer.Option(help="With --preview of an investor: maximum number of projects.")] = 20,
        fresh: Annotated[bool, typer.Option("--fresh", help="With --preview: as if nothing had been sent.")] = False,
    ) -> None:
        """Digests: preview, send what is due, delivery log."""
        if preview is not None:
            with command_context() as context:
                shown = preview_of(writer, context, preview, language, size, fresh)
            show(shown, html, open_)
        elif ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    @app.command()
    def run() -> None:
        """Run one pass: create due digests, send waiting ones. For cron, beside or instead of the server."""
        _pass(writer)

    @app.command()
    def send(
        subscription: Annotated[str | None, typer.Argument(help="Create its digest now.")] = None,
        due: Annotated[bool, typer.Option("--due", help="Everything due, like `run`.")] = False,
    ) -> None:
        """Send what is due, or one subscription's digest now."""
        if (subscription is None) == (not due):
            _stop("Name a subscription, or give --due.")
        if subscription is not None:
            with command_context() as context, context.write() as session:
                one = (Subscription.id == subscription, Subscription.state == SubscriptionState.ACTIVE)
                result: Any = session.execute(update(Subscription).where(*one).values(next_at=now()))
                if result.rowcount != 1:
                    _stop(f"There is no active subscription '{subscription}'.")
        _pass(writer)

    @app.command("list")
    def list_(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
        """All subscriptions."""
        with command_context() as context:
            rows = context.session.scalars(select(Subscription).order_by(Subscription.id)).all()
            listed = [
                {"id": row.id, "investor": row.investor_id, "channel": row.channel, "address": row.address,
                 "state": row.state, "days": row.days, "time": row.time, "time_zone": row.time_zone,
                 "size": row.size, "next": row.next_at, "last": row.last_at, "reason": row.reason}
                for row in rows
            ]  # fmt: skip
        _print(listed, as_json, ("id", "channel", "state", "next", "address", "reason"))

    @app.command()
    def log(
        subscription: Annotated[str | None, typer.Argument(help="Only of this subscription.")] = None,
        last: Annotated[int, typer.Option(help="Number of attempts, newest first.")] = 50,
        as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> None:
        """Show the delivery log: every attempt and its result."""
        wanted = (
            select(Attempt, Delivery).join(Delivery, Delivery.id == Attempt.message_id).where(Delivery.owner == OWNER)
        )
        if subscription is not None:
            wanted = wanted.where(Delivery.source_id == subscription)
        with command_context() as context:
            rows = context.session.execute(wanted.order_by(Attempt.started_at.desc()).limit(last)).all()
            attempts = [
                {"delivery": delivery.id, "subscription": delivery.source_id, "kind": delivery.kind,
                 "state": delivery.progress, "attempt": attempt.number, "at": attempt.started_at,
                 "outcome": attempt.outcome, "status": attempt.status, "detail": attempt.detail}
                for attempt, delivery in rows
            ]  # fmt: skip
        _print(attempts, as_json, ("at", "delivery", "attempt", "outcome", "status", "detail"))

    @app.command()
    def resend(delivery: Annotated[str, typer.Argument(help="A delivery that is HELD.")]) -> None:
        """Send a held delivery, which may have arrived, again under its id."""
        _managed(lambda context: Manager(writer).resend(context, delivery))

    @app.command("test")
    def test_(subscription: Annotated[str, typer.Argument(help="By e-mail or webhook.")]) -> None:
        """Send a test message."""
        _managed(lambda context: Manager(writer).ping(context, subscription))
        _pass(writer)

    return app


def preview_of(
    writer: OutboxWriter, context: Context, identifier: str, language: str, size: int, fresh: bool
) -> dict[str, str] | None:
    """Return subject, text and HTML of what would be sent to an investor or a subscription; None if nothing is new."""
    row = context.session.get(Subscription, identifier)
    investor = row.investor_id if row else identifier
    if language not in ("en", "zh"):
        _stop(f"'{language}' is not a language of digests; give en or zh.")
    spoken, most = (row.language, row.size) if row else (language, size)
    try:
        draft = writer.draft(context, investor, spoken, most, made_at=now(), subscription=row, fresh=fresh)
    except ListError as problem:
        _stop(f"There is no list for '{identifier}': {problem}")
    if draft is None:
        return None
    recipient = (row.address if row else None) or "…"
    envelope = Envelope("preview", writer.settings.sender or "", recipient, writer.settings.address, None,
                        writer.settings.link_days)  # fmt: skip
    issue = draft.issue
    return {"subject": issue.subject, "text": text_of(issue, envelope), "html": html_of(issue, envelope)}


def show(shown: dict[str, str] | None, html: bool, in_browser: bool) -> None:
    """Print a preview, or open it."""
    if shown is None:
        typer.echo("Nothing new: nothing would be sent.")
    elif in_browser:
        with tempfile.NamedTemporaryFile("w", suffix=".html", delete=False, encoding="utf-8") as file:
            file.write(shown["html"])
        webbrowser.open(Path(file.name).as_uri())
        typer.echo(f"Opened {file.name}")
    else:
        typer.echo(shown["html"] if html else f"Subject: {shown['subject']}\n\n{shown['text']}")


def _pass(writer: OutboxWriter) -> None:
    with command_context() as context:
        report = Sender(writer).run(context, seconds=3_600.0)
    typer.echo(str(report))
    for problem in report.problems:
        typer.echo(problem, err=True)
    if report.problems:
        raise typer.Exit(1)


def _managed(work: Callable[[Context], Delivery]) -> None:
    try:
        with command_context() as context:
            delivery = work(context)
    except InputError as problem:
        _stop(str(problem))
    typer.echo(f"{delivery.id} is waiting to be sent.")


def _print(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo("  ".join(str(row[name] if row[name] is not None else "–") for name in columns))
    if not rows:
        typer.echo("None.")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
