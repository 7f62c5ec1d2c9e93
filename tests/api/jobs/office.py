"""A whole server with keys, projects and a client, for what is asked for as a job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from api.assembly.rooms import Assembly, assemble
from api.jobs.worker import Worker
from api.operations.settings import JobSettings, ServerSettings
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role, Visibility
from store.models import Project
from tests.api.jobs.working import run_all
from tests.api.running import running

JOB = "query ($id: ID!) { job(id: $id) { id state error progress result file { name mediaType bytes url } } }"
COUNT = 103
"""Of public projects: more than a page."""


class Office:
    """A server with an organiser's and an investor's key, and its client."""

    def __init__(self, assembly: Assembly, address: str) -> None:
        self.assembly = assembly
        self.database: Database = assembly.database
        self.client = httpx.Client(base_url=address, timeout=30)
        self.keys = {}
        with self.database.write(Actor.system("test")) as session:
            for role in (Role.ORGANISER, Role.REVIEWER, Role.ADMIN):
                self.keys[role] = keys.create(session, role, f"A {role}")[1]
            shown = {"status": ProjectStatus.PUBLISHED, "visibility": Visibility.PUBLIC}
            for number in range(COUNT):
                session.add(
                    Project(name={"en": f"Project {number:03}", "zh": f"项目{number}"}, founded="2021-03", **shown)
                )
            session.add(Project(name={"en": "=SUM(1)"}, **{**shown, "visibility": Visibility.ORGANISERS}))

    def ask(self, document: str, role: Role | None = Role.REVIEWER, **variables: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.keys[role]}"} if role is not None else {}
        answer = self.client.post("/graphql", json={"query": document, "variables": variables}, headers=headers).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def get(self, url: str, role: Role | None = Role.REVIEWER, **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {self.keys[role]}"} if role is not None else {}
        return self.client.get(url, headers={**given, **headers})

    def work(self) -> None:
        opened = self.assembly.open_job_context
        assert opened is not None
        run_all(Worker(self.database, self.assembly.host, opened, self.assembly.settings.jobs))


def opened(url: str, folder: Path, own_worker: bool = False, **jobs: Any) -> Iterator[Office]:
    chosen = JobSettings(own_worker=own_worker, threads=1, **jobs)
    assembly = assemble(ServerSettings(database_url=url, data_directory=folder, jobs=chosen))
    with running(assembly) as address:
        office = Office(assembly, address)
        yield office
        office.client.close()
