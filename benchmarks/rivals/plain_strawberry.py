"""Plain Strawberry with an ORM and DataLoaders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route

from benchmarks.rivals.handwritten import moment, text


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
