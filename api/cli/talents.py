"""``roadshow talents``"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.erasure import Erasure

app = typer.Typer(help="Persons and their data.", no_args_is_help=True)

AFTER = """\
Left to you: backups, exported files and the files that the data came \
from still contain the person. Loading them again does not bring the person back under the same ids. Earlier versions \
of the texts above stay in the change log."""


@app.callback()
def talents() -> None:
    """Persons and their data."""


@app.command()
def erase(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="The person's id: tal_…, or inv_… of a business angel.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Remove a person's data for good; a running server follows within seconds.

    An empty record stays under the id, so that references remain valid. Texts of other records that contain the
    person's name are listed for a human to judge.
    """
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.erasing import erase_by_plugins, person_of
    from api.assembly.preparation import load_host
    from api.cli.accounts import redact_archives
    from api.cli.opened import ready_database
    from api.operations.problems import CommandError
    from recommender.text import chunks_of
    from store import erasure
    from store.access.actors import Actor
    from store.merging import MergeError

    host = load_host(core=CORE_PARTS, survey=True)  # makes plugins' rows about persons known
    with ready_database() as database:
        with database.read() as session:
            known = _known(session, identifier)
        if known is None:
            raise CommandError(f"There is no talent or investor '{identifier}'; give an id such as tal_… or inv_….")
        if not yes and not typer.confirm(f"Erase {identifier} ({known}) for good?", err=True):
            typer.echo("Nothing was erased.", err=True)
            raise typer.Exit(1)
        with database.write(Actor.system(f"command line ({getpass.getuser()})")) as session:
            person = person_of(identifier, *_called(session, identifier))
            erase = erasure.erase_talent if identifier.startswith("tal_") else erasure.erase_angel
            try:
                done = erase(session, identifier, chunks_of)
            except (erasure.ErasureError, MergeError) as refusal:
                raise CommandError(str(refusal)) from None
            left = [*done.left, *erase_by_plugins(session, host, person)]
        erasure.scrub(database)
        left += _delete_bytes(done)
        redact_archives(database)
    for line in _told(done, left):
        typer.echo(line)


def _delete_bytes(done: Erasure) -> list[str]:
    """Delete what the removed documents held; return sentences on what couldn't be deleted."""
    from api.operations.settings import load_server_settings
    from store.files.storage import StorageError, key_of, storage_of

    try:
        storage = storage_of(load_server_settings())
        for each in done.documents:
            storage.delete(key_of(each))
    except StorageError as problem:
        return [f"{problem}. A running server deletes the person's documents within two days."]
    return []


def _known(session: Session, identifier: str) -> str | None:
    """Return the person's name; None if there is none."""
    from store.models import Investor, Talent

    person = session.get(Talent, identifier) or session.get(Investor, identifier)
    return None if person is None else ", ".join(person.name.values()) or "without a name"


def _called(session: Session, identifier: str) -> tuple[list[str], list[str | None]]:
    """Return the person's names and e-mail addresses."""
    from store.models import Investor, Talent

    person = session.get(Talent, identifier) or session.get(Investor, identifier)
    if person is None:
        return [], []
    return [*person.name.values(), *person.aliases], [getattr(person, "email", None)]


def _told(done: Erasure, left: list[str]) -> list[str]:
    """Yield what was done, and what is left to a human."""
    lines = [
        f"Erased {done.talent_id}: {done.links} links, {done.external_ids} external ids, {done.vectors} vectors and "
        f"the data of {done.changes} rows of the change log; {done.keys} keys revoked, {done.named_keys} keys "
        f"of others no longer named after the person; {len(done.documents)} documents deleted."
    ]
    if done.mentions:
        lines.append("Texts that still contain one of the person's names; check each: ")
    for mention in done.mentions:
        where = "" if mention.owner_id == mention.entity_id else f" (of {mention.owner_id})"
        lines.append(f"  {mention.entity_type} {mention.entity_id}{where}: {mention.field}")
    if left:
        lines += ["Left:", *(f"  {each}" for each in left)]
    return [*lines, AFTER]
