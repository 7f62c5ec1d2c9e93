"""A listener that hears of new projects."""

from collections.abc import Iterable, Sequence
from typing import Any

from roadshow import ChangeListener, Context, hookimpl
from roadshow_stranger.tables import Note


def on_change(changes: Sequence[Any], context: Context) -> None:
    with context.write() as session:
        for change in changes:
            if change.operation == "CREATE":
                session.add(Note(project_id=change.entity_id, text="heard of it"))


@hookimpl
def register_change_listeners() -> Iterable[ChangeListener]:
    yield ChangeListener(name="greeter", on_change=on_change, entities=["project"])
