"""Plugins' pages: what each call of `render` is handed, and what becomes of one past its time limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from api.assembly.extensions import plugin_routes
from api.operations.logs import RequestLog
from api.operations.settings import ServerSettings
from api.pages import Pages
from api.requests.answers import Caller
from api.requests.identity import Identity
from plugins.host.contributions.contributions import Page
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.request.context import Services, open_context
from store.access.actors import Actor
from tests.api import small
from tests.plugins.support import plugin


class Site:
    """One page of a plugin, served; `sessions` are those of the requests."""

    def __init__(self, directory: Path, page: Page) -> None:
        settings = ServerSettings(database_url=f"sqlite:///{directory}/site.sqlite")
        given = plugin("alpha", {"register_pages": [page]}, permissions=[Permission.ROUTES])
        self.host = Host.load({}, plugins=[given])
        self.sessions: list[Session] = []
        assembly = small.assembly(settings)
        self.database = assembly.database
        services = Services(self.database, settings, registry=None, host=self.host)  # type: ignore[arg-type]

        @contextmanager
        def opened(actor: Actor, caller: Caller) -> Iterator[Any]:
            with open_context(services, actor, ("zh",), caller) as context:
                self.sessions.append(context.session)
                yield context

        assembly = replace(assembly, host=self.host, open_context=opened)
        routes = plugin_routes(assembly, Identity(assembly.authenticate), Pages([]))
        self.client = TestClient(Starlette(routes=routes, middleware=[Middleware(RequestLog)]))


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def page(render: Any, **options: Any) -> Page:
    return Page(path="/alpha/{id}", title={"en": "Alpha", "zh": "甲"}, render=render, **options)


def test_a_page_is_handed_the_actor_parameters_languages_and_a_session(tmp_path: Path) -> None:
    def render(context: Any) -> str:
        number = context.session.execute(text("SELECT 7")).scalar_one()
        with pytest.raises(PermissionError):
            context.write()
        given = context.parameters
        context.status = int(given.get("status", context.status))
        return f"{context.actor.role.value} {given['id']} {given['more']} {context.languages[:2]} {number}"

    site = Site(tmp_path, page(render))
    answer = site.client.get("/alpha/seven?more=yes&lang=en")
    assert answer.status_code == 200
    assert "PUBLIC seven yes [&#39;en&#39;, &#39;zh&#39;] 7" in answer.text.replace("'", "&#39;")
    assert site.host.state("alpha").failures == 0
    assert site.client.get("/alpha/seven?more=yes&status=410").status_code == 410
    assert site.client.get("/alpha/seven?more=yes&status=700").status_code == 503, "that is the plugin's failure"


def test_a_page_past_its_time_limit_reads_on_in_a_session_of_its_own(tmp_path: Path, released: threading.Event) -> None:
    sessions: list[Any] = []
    numbers: list[int] = []
    ended = threading.Event()

    def render(context: Any) -> str:
        sessions.append(context.session)
        released.wait(30)
        numbers.append(context.session.execute(text("SELECT 7")).scalar_one())
        ended.set()
        return "late"

    site = Site(tmp_path, page(render, time_limit=1.0))
    answer = site.client.get("/alpha/seven")
    assert answer.status_code == 503
    assert "late" not in answer.text
    (asked,) = site.sessions
    assert sessions[0] is not asked
    released.set()
    assert ended.wait(30)
    assert numbers == [7]
    assert site.host.state("alpha").failures == 1
