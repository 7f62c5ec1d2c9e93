"""A page, a route and a command."""

from collections.abc import Iterable

import typer
from markupsafe import escape
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse

from roadshow import Command, Page, PageContext, Route, hookimpl
from roadshow_stranger.tables import Note


def render(context: PageContext) -> str:
    notes = context.session.scalars(select(Note).order_by(Note.id))
    heading = "笔记" if context.language == "zh" else "Notes"
    items = "".join(f"<li>{escape(note.text)}</li>" for note in notes)
    return f"<h1>{heading}</h1><ul>{items}</ul><p>{escape(context.parameters.get('greeting', ''))}</p>"


@hookimpl
def register_pages() -> Iterable[Page]:
    yield Page(path="/stranger/notes", title={"en": "Notes", "zh": "笔记"}, render=render)


@hookimpl
def register_routes() -> Iterable[Route]:
    async def ping(request: Request) -> JSONResponse:
        return JSONResponse({"stranger": request.query_params.get("say")})

    yield Route(path="/stranger/ping", endpoint=ping)


app = typer.Typer(help="Notes on projects.")


@app.command()
def count(database_url: str) -> None:
    """How many notes there are."""
    from roadshow import Database

    with Database(database_url).read() as session:
        typer.echo(f"{session.scalar(select(func.count()).select_from(Note))} notes")


@app.command()
def greet(name: str) -> None:
    """Say hello."""
    typer.echo(f"Hello {name}, says the stranger")


@hookimpl
def register_commands() -> Iterable[Command]:
    yield Command(name="stranger", help="Notes on projects.", run=app)
