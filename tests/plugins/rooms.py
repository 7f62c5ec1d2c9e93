"""A server's rooms with one plugin alone, on one kind of database; whatever is asked, both executors say."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.assembly.preparation import hidden_columns, migrate_all, tables_of, with_roles
from plugins.host.host import Host
from recommender.serving.isolation import kinds_of
from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.domain.accounts.governing import GIVEN_BY
from schema.request.context import Services
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.access.scopes import SCOPE_PREFIXES, SCOPES
from store.database import Database
from store.enums import Role
from store.plugin_tables.registration import registered
from store.settings import Settings
from tests.schema.compiled.changes import execute_by_both
from tests.schema.compiled.conftest import Place
from tests.schema.compiled.extras import Extras
from tests.schema.compiled.operations import Pool
from tests.schema.samples import SampleRecords, make_samples
from tests.support import databases

ORGANISER = Actor(Role.ORGANISER, "key")


@dataclass
class Rooms:
    """The rooms, with the sample records of the schema's tests in the database."""

    place: Place
    samples: SampleRecords
    database: Database

    def ask(self, document: str, actor: Actor | None = None, **variables: Any) -> Any:
        """What both executors say, which must be the same, and planned."""
        answers = self.place.ask(document, actor, variables)
        assert answers.planned is not None, answers.reason
        assert (answers.planned, answers.difference) == (answers.expected, None)
        data = orjson.loads(answers.planned) or {}
        data["errors"] = [(error.extensions or {}).get("code") for error in answers.reference.errors or ()]
        return data

    def change(self, document: str, actor: Actor = ORGANISER, **variables: Any) -> Any:
        result = execute_by_both(self.place.planner, actor, document, variables=variables)
        assert result.errors is None, result.errors
        assert result.data is not None
        return next(iter(result.data.values()))


@contextmanager
def imported(folder: Path) -> Iterator[Any]:
    """The plugin in `folder`, a package `roadshow_` and the folder's name."""
    name = f"roadshow_{folder.name}"
    sys.path.insert(0, str(folder))
    yield importlib.import_module(name)
    sys.path.pop(0)
    for each in [each for each in sys.modules if each.startswith(name)]:
        del sys.modules[each]


@contextmanager
def loaded(*modules: Any) -> Iterator[tuple[Host, RoadshowSchema]]:
    """The host with these plugins alone, their tables known to the store, and the schema."""
    host = Host.load(plugins=list(modules), expected=(SchemaError,))
    assert {state.state for state in host.states()} == {"ACTIVE"}, host.states()
    with registered(tables_of(host), hidden_columns(host)), as_before(SCOPES, SCOPE_PREFIXES, GIVEN_BY):
        yield (host := with_roles(host)), build_schema(host)


@contextmanager
def as_before(*listed: dict[Any, Any]) -> Iterator[None]:
    """Forget in the end what the block adds to these."""
    before = [dict(each) for each in listed]
    yield
    for each, entries in zip(listed, before, strict=True):
        each.clear()
        each.update(entries)


@contextmanager
def opened(host: Host, schema: RoadshowSchema, backend: str, directory: Path) -> Iterator[Rooms]:
    """The rooms on a database of their own."""
    with databases.fresh(backend, directory) as url:
        database = Database(url)
        migrate_all(database, host)
        recommender = Recommender(database, settings=Settings(), encoders=(), kinds=kinds_of(host))
        services = Services(database, Settings(), schema.registry, host=host, recommender=recommender)
        place = Place(schema, services, Planner(schema, services), make_samples(database), Pool([], []), Extras())
        yield Rooms(place, place.samples, database)
        place.planner.close()
        place.loop.close()
        database.dispose()
