"""The address of a job's file: for whoever asked for the job, until it expires."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from api.requests.errors import RequestError
from api.requests.identity import Identity, credentials
from schema.domain.jobs.entity import asked_by
from store.database import Database
from store.jobs.files import file_of, path_of
from store.models import Job

PATH = "/jobs/{id}/file"


def file_route(database: Database, identity: Identity, data_directory: Path) -> Route:
    """Return the route of jobs' files. It answers ranges, so a broken download goes on where it stopped."""

    async def endpoint(request: Request) -> Response:
        try:
            actor = await asyncio.to_thread(identity.actor, credentials(request.headers))
        except RequestError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status, headers=refusal.headers)

        def look() -> Job | None:
            with database.read() as session:
                mine = select(Job).where(Job.id == request.path_params["id"], asked_by(actor, Job))
                return session.scalar(mine)

        job = await asyncio.to_thread(look)
        if job is None:
            return PlainTextResponse("There is no such file for you. Only whoever asked for it may have it.\n", 404)
        stored = file_of(job)
        path = path_of(data_directory, stored) if stored is not None else None
        if stored is None or path is None or not path.is_file():
            return PlainTextResponse("The file has expired; ask for it again.\n", 410)
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(path, media_type=stored.media_type, filename=stored.name, headers=headers)

    return Route(PATH, endpoint)
