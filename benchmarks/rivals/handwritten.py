"""Hand-written routes: one SELECT for each operation."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import orjson
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


def application() -> Starlette:
    """Return the hand-written routes, as a server's application factory."""
    return handwritten(os.environ["SERVING_DATABASE_URL"])
