"""What core contributes through the same hooks as a plugin, so that a clash with it is found and named."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from plugins.contributions import DataDocuments, TakenName
from plugins.kinds import Kind
from plugins.markers import hookimpl
from plugins.places import Place

KINDS: tuple[Literal["reference", "demo"], ...] = ("reference", "demo")


class CoreNames:
    """The names that core has taken: types, fields, tables, addresses, commands."""

    @hookimpl
    def taken_names(self) -> Iterator[TakenName]:
        """All of them, each with the file where it is defined."""
        yield from _schema_names()
        yield from _tables()
        here = Place(str(Path(__file__).parent / "app.py"))
        for address in ("/graphql", "/schema.graphql", "/health", "/ready", "/", "/graphiql"):
            for method in ("GET", "POST") if address == "/graphql" else ("GET",):
                yield TakenName(kind=Kind.ADDRESS, name=f"{method} {address}", at=here)
        from api.command_line import COMMANDS

        at = Place(str(Path(__file__).parent / "command_line.py"))
        for name in COMMANDS:
            yield TakenName(kind=Kind.COMMAND, name=name, at=at)


def _schema_names() -> Iterator[TakenName]:
    from graphql import is_interface_type, is_object_type

    import schema.build

    at = Place(schema.build.__file__ or "schema")
    names = schema.build.build_schema()._schema.type_map
    for name, kind in names.items():
        if name.startswith("__"):
            continue
        yield TakenName(kind=Kind.TYPE, name=name, at=at)
        if is_object_type(kind) or is_interface_type(kind):
            for field in kind.fields:
                yield TakenName(kind=Kind.FIELD, name=f"{name}.{field}", at=at)
    for root in ("Query", "Mutation", "Subscription"):  # also where core has none of its own yet
        if root not in names:
            yield TakenName(kind=Kind.TYPE, name=root, at=at)


def _tables() -> Iterator[TakenName]:
    from store.models import Base

    for mapper in Base.registry.mappers:
        model = mapper.class_
        if model.__module__.startswith("store."):
            at = Place(sys.modules[model.__module__].__file__ or model.__module__)
            yield TakenName(kind=Kind.TABLE, name=model.__tablename__, at=at)


class CoreData:
    """Countries, places and other facts that every installation has."""

    @hookimpl
    def register_data(self) -> Iterator[DataDocuments]:
        """The documents in ``store/data``."""
        import store

        folder = Path(store.__file__ or "").parent / "data"
        for kind in KINDS:
            if any((folder / kind).glob("*.yaml")):
                yield DataDocuments(paths=[folder / kind], kind=kind, namespace="roadshow")


class CoreSignals:
    """The blocks and gates of core."""

    @hookimpl
    def register_blocks(self) -> Iterable[Any]:
        """Core's blocks, unfitted."""
        from recommender.blocks import core_blocks

        return core_blocks()

    @hookimpl
    def register_gates(self) -> Iterable[Any]:
        """Core's gates."""
        from recommender.gates import core_gates

        return core_gates()


CORE_PARTS: tuple[Any, ...] = (CoreNames(), CoreData(), CoreSignals())
