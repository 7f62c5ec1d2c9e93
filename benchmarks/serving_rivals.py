"""What the serving benchmark compares with: hand-written routes, and plain Strawberry with an ORM and DataLoaders.

    python benchmarks/serving_rivals.py {handwritten,strawberry} DATABASE_URL PORT

Both read the same database and answer the same requests with the same bytes.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import orjson
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

LIST = """
SELECT p.id, p.name, p.summary, p.kind, p.funding_stage, p.technology_level, p.technology_readiness, p.website,
       o.id, o.name, c.id, c.name
FROM (SELECT * FROM project WHERE archived_at IS NULL AND status IN ('PUBLISHED', 'LANDED')
      AND visibility IN ('PUBLIC', 'PARTICIPANTS', 'INVESTORS') ORDER BY id LIMIT 51) AS p
LEFT JOIN organisation AS o ON o.id = p.organisation_id AND o.archived_at IS NULL
LEFT JOIN place AS c ON c.id = p.origin_place_id AND c.archived_at IS NULL
ORDER BY p.id
"""
ONE = """
SELECT p.id, p.name, p.summary, p.kind, p.funding_stage, p.technology_level, o.id, o.name, c.id, c.name
FROM project AS p
LEFT JOIN organisation AS o ON o.id = p.organisation_id AND o.archived_at IS NULL
LEFT JOIN place AS c ON c.id = p.origin_place_id AND c.archived_at IS NULL
WHERE p.id = :id AND p.archived_at IS NULL AND p.status IN ('PUBLISHED', 'LANDED')
  AND p.visibility IN ('PUBLIC', 'PARTICIPANTS', 'INVESTORS')
"""
RANKING = """
SELECT e.channel, e.shown_at, p.id, p.name, p.summary, t.id, t.name
FROM (SELECT * FROM exposure WHERE subject_id = :investor ORDER BY shown_at, id LIMIT 21) AS e
LEFT JOIN project AS p ON p.id = e.project_id AND p.archived_at IS NULL AND p.status IN ('PUBLISHED', 'LANDED')
  AND p.visibility IN ('PUBLIC', 'PARTICIPANTS', 'INVESTORS')
LEFT JOIN project_track AS m ON m.project_id = p.id
LEFT JOIN track AS t ON t.id = m.track_id AND t.archived_at IS NULL
ORDER BY e.shown_at, e.id, m.created_at, t.id
"""


def text(value: Any) -> str | None:
    """Return the English or Chinese text of a multilingual column."""
    if value is None:
        return None
    texts = orjson.loads(value) if isinstance(value, str) else value
    return texts.get("en") or texts.get("zh")


def moment(value: Any) -> str:
    if isinstance(value, str):
        return value[:10] + "T" + (value[11:19] if value.endswith(".000000") else value[11:]) + "+00:00"
    from datetime import UTC

    return str(value.astimezone(UTC).isoformat())


def named(identifier: str | None, name: Any) -> dict[str, Any] | None:
    return None if identifier is None else {"id": identifier, "name": text(name)}


def list_of(rows: list[Any]) -> dict[str, Any]:
    edges = [
        {"node": {
            "id": r[0], "name": text(r[1]), "summary": text(r[2]), "kind": r[3], "fundingStage": r[4],
            "technologyLevel": r[5], "technologyReadiness": r[6], "website": r[7],
            "organisation": named(r[8], r[9]), "origin": named(r[10], r[11]),
        }}
        for r in rows[:50]
    ]  # fmt: skip
    return {"data": {"projects": {"edges": edges}}}


def one_of(rows: list[Any]) -> dict[str, Any]:
    found = None
    for r in rows:
        found = {
            "id": r[0], "name": text(r[1]), "summary": text(r[2]), "kind": r[3], "fundingStage": r[4],
            "technologyLevel": r[5], "organisation": named(r[6], r[7]), "origin": named(r[8], r[9]),
        }  # fmt: skip
    return {"data": {"project": found}}


def ranking_of(rows: list[Any]) -> dict[str, Any]:
    edges: dict[Any, dict[str, Any]] = {}
    for r in rows:
        key = (r[1], r[2])
        if key not in edges:
            if len(edges) == 20:
                break
            project = {"id": r[2], "name": text(r[3]), "summary": text(r[4]), "tracks": []} if r[2] else None
            edges[key] = {"node": {"channel": r[0], "shownAt": moment(r[1]), "project": project}}
        if r[5] is not None:
            edges[key]["node"]["project"]["tracks"].append({"id": r[5], "name": text(r[6])})
    return {"data": {"exposures": {"edges": list(edges.values())}}}


ANSWERS = {"list": (LIST, list_of), "one": (ONE, one_of), "ranking": (RANKING, ranking_of)}


def handwritten(url: str) -> Starlette:
    """Return one route with one SELECT for each operation; the request's body is read as a GraphQL client sends it."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA cache_size=-32000")

        async def fetch(sql: str, variables: dict[str, Any]) -> list[Any]:
            return connection.execute(sql, variables).fetchall()

    else:
        import psycopg
        from psycopg.types.json import set_json_loads
        from sqlalchemy.engine import make_url

        parsed = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        free: list[Any] = []

        async def fetch(sql: str, variables: dict[str, Any]) -> list[Any]:
            session = free.pop() if free else await psycopg.AsyncConnection.connect(parsed, autocommit=True)
            set_json_loads(orjson.loads, session)
            cursor = await session.execute(sql, variables)
            found = await cursor.fetchall()
            free.append(session)
            return list(found)

    def route(name: str) -> Route:
        sql, make = ANSWERS[name]
        if not url.startswith("sqlite"):
            sql = sql.replace(":id", "%(id)s").replace(":investor", "%(investor)s")

        async def endpoint(request: Request) -> Response:
            content = orjson.loads(await request.body())
            rows = await fetch(sql, content["variables"])
            return Response(orjson.dumps(make(rows)), media_type="application/json")

        return Route(f"/{name}", endpoint, methods=["POST"])

    return Starlette(routes=[route(name) for name in ANSWERS])


def strawberry_app(url: str) -> Starlette:
    """Plain Strawberry: async SQLAlchemy ORM, DataLoaders, its parser and validation caches."""
    from sqlalchemy import select
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
    from strawberry.asgi import GraphQL
    from strawberry.dataloader import DataLoader
    from strawberry.extensions import ParserCache, ValidationCache

    from store import models

    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))

    def node_type(name: str, fields: dict[str, tuple[Any, Any]]) -> Any:
        annotations = {each: kind for each, (kind, _) in fields.items()}
        body = {each: strawberry.field(resolver=resolve) for each, (_, resolve) in fields.items()}
        return strawberry.type(type(name, (), {"__annotations__": annotations, **body}), name=name)

    def attribute(name: str, kind: Any) -> tuple[Any, Any]:
        def resolve(root: Any) -> Any:
            found = getattr(root, name)
            return found.name if isinstance(found, Enum) else found

        resolve.__annotations__["return"] = kind
        return kind, resolve

    def localized(name: str) -> tuple[Any, Any]:
        def resolve(root: Any) -> Any:
            return text(getattr(root, name))

        resolve.__annotations__["return"] = str | None
        return str | None, resolve

    thing = {"id": attribute("id", strawberry.ID), "name": localized("name")}
    organisation = node_type("Organisation", thing)
    place = node_type("Place", thing)
    track = node_type("Track", thing)

    def related(loader: str, column: str, kind: Any) -> tuple[Any, Any]:
        async def resolve(root: Any, info: strawberry.Info) -> Any:
            key = getattr(root, column)
            return None if key is None else await info.context[loader].load(key)

        resolve.__annotations__["return"] = kind
        return kind, resolve

    project = node_type("Project", {
        **thing, "summary": localized("summary"), "kind": attribute("kind", str),
        "funding_stage": attribute("funding_stage", str | None),
        "technology_level": attribute("technology_level", str | None),
        "technology_readiness": attribute("technology_readiness", int | None),
        "website": attribute("website", str | None),
        "organisation": related("organisations", "organisation_id", organisation | None),
        "origin": related("places", "origin_place_id", place | None),
        "tracks": related("tracks", "id", list[track]),
    })  # fmt: skip

    def shown_at(root: Any) -> str:
        return moment(root.shown_at)

    exposure = node_type("Exposure", {
        "channel": attribute("channel", str), "shown_at": (str, shown_at),
        "project": related("projects", "project_id", project | None),
    })  # fmt: skip

    def connection(name: str, node: Any) -> Any:
        edge = node_type(f"{name}Edge", {"node": attribute("node", node)})
        return node_type(f"{name}Connection", {"edges": attribute("edges", list[edge])})

    class Holder:
        def __init__(self, **values: Any) -> None:
            self.__dict__.update(values)

    field = strawberry.enum(Enum("ExposureOrderField", {"SHOWN_AT": "shown_at"}))
    order = strawberry.input(type("ExposureOrder", (), {"__annotations__": {"field": field}}))
    narrowed = strawberry.input(type("ExposureFilter", (), {"__annotations__": {"subject": list[strawberry.ID]}}))
    projects_type, exposures_type = connection("Project", project), connection("Exposure", exposure)
    shown = (models.Project.archived_at.is_(None), models.Project.status.in_(("PUBLISHED", "LANDED")),
             models.Project.visibility.in_(("PUBLIC", "PARTICIPANTS", "INVESTORS")))  # fmt: skip

    def page(rows: Any) -> Any:
        return Holder(edges=[Holder(node=row) for row in rows])

    async def projects(info: strawberry.Info, first: int = 20) -> Any:
        statement = select(models.Project).where(*shown).order_by(models.Project.id).limit(first)
        return page(await info.context["session"].scalars(statement))

    async def one(info: strawberry.Info, id: strawberry.ID) -> Any:
        return await info.context["session"].scalar(select(models.Project).where(models.Project.id == id, *shown))

    async def exposures(info: strawberry.Info, filter: Any, order_by: Any, first: int = 20) -> Any:
        model = models.Exposure
        statement = select(model).where(model.subject_id.in_(filter.subject)).order_by(model.shown_at, model.id)
        return page(await info.context["session"].scalars(statement.limit(first)))

    projects.__annotations__["return"] = projects_type
    one.__annotations__["return"] = project | None
    exposures.__annotations__.update({"return": exposures_type, "filter": narrowed, "order_by": list[order]})
    query = strawberry.type(type("Query", (), {
        "__annotations__": {"projects": projects_type, "project": project | None, "exposures": exposures_type},
        "projects": strawberry.field(resolver=projects), "project": strawberry.field(resolver=one),
        "exposures": strawberry.field(resolver=exposures),
    }))  # fmt: skip
    schema = strawberry.Schema(query, extensions=[ParserCache, ValidationCache])

    def by_id(session: AsyncSession, model: Any) -> DataLoader[str, Any]:
        async def load(ids: list[str]) -> list[Any]:
            rows = {row.id: row for row in await session.scalars(select(model).where(model.id.in_(ids)))}
            return [rows.get(each) for each in ids]

        return DataLoader(load)

    def tracks_of(session: AsyncSession) -> DataLoader[str, Any]:
        async def load(ids: list[str]) -> list[Any]:
            link = models.ProjectTrack
            statement = select(link.project_id, models.Track).join(models.Track, models.Track.id == link.track_id)
            found: dict[str, list[Any]] = defaultdict(list)
            ordered = statement.where(link.project_id.in_(ids)).order_by(link.created_at, models.Track.id)
            for identifier, row in (await session.execute(ordered)).all():
                found[identifier].append(row)
            return [found[each] for each in ids]

        return DataLoader(load)

    class App(GraphQL):  # type: ignore[type-arg]
        async def get_context(self, request: Any, response: Any = None) -> Any:
            return request.scope["context"]

    inner = App(schema)

    @asynccontextmanager
    async def context() -> AsyncIterator[dict[str, Any]]:
        async with AsyncSession(engine) as session:
            yield {
                "session": session, "organisations": by_id(session, models.Organisation),
                "places": by_id(session, models.Place), "projects": by_id(session, models.Project),
                "tracks": tracks_of(session),
            }  # fmt: skip

    class PerRequest:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async with context() as scope["context"]:
                await inner(scope, receive, send)

    return Starlette(routes=[Route("/graphql", PerRequest())])


def made() -> Starlette:
    """Return the hand-written routes, as a server's application factory."""
    return handwritten(os.environ["SERVING_DATABASE_URL"])


if __name__ == "__main__":
    kind, database_url, port = sys.argv[1:]
    application = {"handwritten": handwritten, "strawberry": strawberry_app}[kind](database_url)
    uvicorn.run(application, port=int(port), log_level="warning", access_log=False, server_header=False)
