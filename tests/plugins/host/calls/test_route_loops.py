"""What a plugin's asynchronous route reads and answers crosses between its loop and the server's, whole."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route as StarletteRoute
from starlette.testclient import TestClient

from api.assembly.extensions import _endpoint
from plugins.host.contributions.contributions import Route
from plugins.host.host import Host
from tests.plugins.support import plugin

THREAD = "plugin-loop-alpha"


def client_of(endpoint: Any) -> TestClient:
    route = Route(path="/alpha/{name}", endpoint=endpoint, methods=("GET", "POST"))
    host = Host.load(plugins=[plugin("alpha", {"register_routes": [route]}, permissions=("routes",))])
    (entry,) = host.contributions.routes
    assembly: Any = SimpleNamespace(host=host, open_plugin_context=None)
    served = StarletteRoute("/alpha/{name}", _endpoint(assembly, entry), methods=["GET", "POST"])
    return TestClient(Starlette(routes=[served]))


def test_a_body_is_read_from_the_other_loop_and_the_rest_of_the_request_is_there() -> None:
    async def endpoint(request: Request) -> Response:
        chunks = [chunk async for chunk in request.stream()]
        return JSONResponse(
            {
                "length": sum(map(len, chunks)),
                "thread": threading.current_thread().name,
                "path": request.path_params["name"],
                "query": request.query_params["q"],
                "header": request.headers["x-ink"],
            },
            201,
        )

    answer = client_of(endpoint).post("/alpha/ink?q=1", content=b"x" * 300_000, headers={"X-Ink": "blue"})
    assert answer.status_code == 201
    assert answer.json() == {"length": 300_000, "thread": THREAD, "path": "ink", "query": "1", "header": "blue"}


def names() -> Iterator[str]:
    for _ in range(3):
        yield f"{threading.current_thread().name};"


async def names_in_the_loop() -> AsyncIterator[str]:
    for name in names():
        yield name


@pytest.mark.parametrize(("stream", "thread"), [(names_in_the_loop, THREAD), (names, "AnyIO worker")])
def test_a_stream_is_made_in_the_plugins_threads(stream: Any, thread: str) -> None:
    async def endpoint(request: Request) -> Response:
        return StreamingResponse(stream())

    made = client_of(endpoint).get("/alpha/ink").text.split(";")[:-1]
    assert len(made) == 3
    assert all(name.startswith(thread) for name in made)


def test_what_is_done_behind_an_answer_is_done_by_the_plugin() -> None:
    done = []

    def behind() -> None:
        done.append(threading.current_thread().name)

    async def behind_in_the_loop() -> None:
        behind()

    async def endpoint(request: Request) -> Response:
        return Response("ok", background=BackgroundTask(behind_in_the_loop))

    assert client_of(endpoint).get("/alpha/ink").text == "ok"
    assert done == [THREAD]


def test_a_stream_that_fails_is_the_plugins_failure() -> None:
    async def failing() -> AsyncIterator[str]:
        yield "a"
        raise RuntimeError("out of ink")

    async def endpoint(request: Request) -> Response:
        return StreamingResponse(failing())

    with pytest.raises(Exception, match=r"plugin 'alpha'"):
        client_of(endpoint).get("/alpha/ink")
