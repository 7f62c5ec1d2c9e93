"""Core's contributions, through the same hooks as plugins', so that clashes with it are found and named."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from api.assembly.commands import COMMANDS
from api.jobs.formats import CoreFormats
from api.notifications.kinds import CoreNotifications
from api.pages.views import VIEWS
from plugins.host.contributions.contributions import CoreEntity, DataDocuments, JobKind, TakenName
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.source_location import SourceLocation
from plugins.host.hook_markers import hookimpl

KINDS: tuple[Literal["reference", "demo"], ...] = ("reference", "demo")

NAMES = Path(__file__).parent / "core_names.txt"
"""The result of ``schema_names``, stored because computing it takes as long as the rest of the start; `make schema`."""


class CoreNames:
    """The names that core takes: types, fields, tables, addresses, commands."""

    @hookimpl
    def taken_names(self) -> Iterator[TakenName]:
        """Return all of them, each with the file that defines it."""
        yield from _schema_names()
        yield from _tables()
        here = SourceLocation(str(Path(__file__).parent / "app.py"))
        pages = (view.path for view in VIEWS)
        for address in (
            "/graphql",
            "/schema.graphql",
            "/clients/{}",
            "/health",
            "/ready",
            "/metrics",
            "/",
            "/graphiql",
            "/sections/{}",
            "/jobs/{}/file",
            "/documents/{}/file",
            "/notifications",
            "/notifications/preview",
            "/notifications/feeds/{}",
            "/notifications/unsubscribe/{}",
            *pages,
        ):
            for method in ("GET", "POST") if address == "/graphql" else ("GET",):
                yield TakenName(kind=Kind.ADDRESS, name=f"{method} {address}", at=here)
        yield TakenName(kind=Kind.ADDRESS, name="PUT /uploads/{}", at=here)
        at = SourceLocation(str(Path(__file__).parent / "commands.py"))
        for name in COMMANDS:
            yield TakenName(kind=Kind.COMMAND, name=name, at=at)

    @hookimpl
    def core_entities(self) -> Iterator[CoreEntity]:
        """Return each entity with its table and columns."""
        from store.models import Base

        models = {str(mapper.local_table): mapper for mapper in Base.registry.mappers}
        for line in NAMES.read_text(encoding="utf-8").split():
            name, _, table = line.partition("=")
            if table:
                columns = frozenset(each.key for each in models[table].column_attrs)
                yield CoreEntity(name=name, table=table, columns=columns)


def _schema_names() -> Iterator[TakenName]:
    at = SourceLocation(str(Path(__file__).parents[2] / "schema"))
    for name in NAMES.read_text(encoding="utf-8").split():
        if "=" in name:
            continue
        yield TakenName(kind=Kind.FIELD if "." in name else Kind.TYPE, name=name, at=at)


def schema_names() -> list[str]:
    """Return every type of core's schema, every field as ``Type.field``, and every entity as ``Type=table``, sorted;
    made by building the schema.
    """
    from graphql import is_interface_type, is_object_type
    from sqlalchemy.orm import class_mapper

    from schema.declarations.entities import CORE
    from schema.types.build import build_schema

    names = {"Query", "Mutation", "Subscription"}
    for name, kind in build_schema()._schema.type_map.items():
        if not name.startswith("__"):
            names.add(name)
            if is_object_type(kind) or is_interface_type(kind):
                names.update(f"{name}.{field}" for field in kind.fields)
    names.update(f"{name}={class_mapper(entity.model).local_table}" for name, entity in CORE.items())
    return sorted(names)


def _tables() -> Iterator[TakenName]:
    from store.models import Base

    for mapper in Base.registry.mappers:
        model = mapper.class_
        if model.__module__.startswith("store."):
            at = SourceLocation(sys.modules[model.__module__].__file__ or model.__module__)
            yield TakenName(kind=Kind.TABLE, name=model.__tablename__, at=at)
            if prefix := getattr(model, "prefix", None):
                yield TakenName(kind=Kind.PREFIX, name=prefix, at=at)


class CoreData:
    """Countries, places and other facts of every installation."""

    @hookimpl
    def register_data(self) -> Iterator[DataDocuments]:
        """Return the documents in ``store/data``."""
        import store

        folder = Path(store.__file__ or "").parent / "data"
        for kind in KINDS:
            if any((folder / kind).glob("*.yaml")):
                yield DataDocuments(paths=[folder / kind], kind=kind)


class CoreSignals:
    """The blocks and gates of core."""

    @hookimpl
    def register_blocks(self) -> Iterable[object]:
        """Core's blocks, unfitted."""
        from recommender.blocks import core_blocks

        return core_blocks()

    @hookimpl
    def register_gates(self) -> Iterable[object]:
        """Core's gates."""
        from recommender.gates import core_gates

        return core_gates()


class CoreJobs:
    """The kinds of jobs of core."""

    @hookimpl
    def register_job_kinds(self) -> Iterable[JobKind]:
        """Exports, imports, encoding and training."""
        from api.jobs.encoding import ENCODING
        from api.jobs.exporting import EXPORTS
        from api.jobs.importing import IMPORTS
        from api.jobs.learning import LEARNING
        from api.jobs.taking_back import TAKING_BACK

        return (EXPORTS, IMPORTS, ENCODING, LEARNING, TAKING_BACK)


CORE_PARTS: tuple[object, ...] = (
    CoreNames(),
    CoreData(),
    CoreSignals(),
    CoreFormats(),
    CoreJobs(),
    CoreNotifications(),
)
