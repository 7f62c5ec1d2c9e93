"""Addresses that are secrets stand neither in the log nor in traces."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from api.operations.logs import JsonFormatter, RequestLog, TextFormatter
from api.operations.path_mask import PathMask

TOKEN = "dgs_01jz8y7c3v4w5x6y7z8a9b0c1d.kq3-Zb_x9SecretSecretSecret"
SHORT = "secret7"


def _templates() -> list[str]:
    import plugins.digest.http as digest
    from plugins.digest.settings import Settings

    settings = Settings(base_url="https://roadshow.example.org", secret="x" * 32)
    routes = [*digest.register_routes(settings), *digest.register_pages(settings)]
    return [each.path for each in routes]


@pytest.mark.parametrize("template", _templates())
@pytest.mark.parametrize("token", [TOKEN, SHORT])
def test_no_address_of_the_digest_is_written_out(template: str, token: str) -> None:
    mask = PathMask(_templates())
    path = template.replace("{token}", token)
    for asked in (path, f"{path}/", f"{path}/more", path.upper().replace(token.upper(), token)):
        assert token not in mask(asked)
    assert TOKEN not in mask(f"/under/a/prefix{template.replace('{token}', TOKEN)}")


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/projects/prj_01jz8y7c3v4w5x6y7z8a9b0c1d", "/static/pages/pool/pool.js"]
)
def test_other_paths_are_written_as_they_are(path: str) -> None:
    assert PathMask(_templates())(path) == path


@pytest.fixture
def client() -> TestClient:
    async def feed(request: Request) -> Response:
        return PlainTextResponse("an entry")

    async def broken(request: Request) -> Response:
        raise RuntimeError("it broke")

    routes = [Route("/feeds/{token}", feed), Route("/broken/{token}", broken)]
    mask = PathMask(["/feeds/{token}", "/broken/{token}"])
    app = Starlette(routes=routes, middleware=[Middleware(RequestLog, mask=mask)])
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/feeds/{}", 200), ("GET", "/feeds/{}/", 200), ("POST", "/feeds/{}", 405), ("GET", "/broken/{}", 500),
     ("GET", "/feeds/{}?lang=en", 200), ("GET", "/elsewhere/feeds/{}", 404)],
)  # fmt: skip
def test_the_log_of_a_request_has_no_secret(
    client: TestClient, caplog: pytest.LogCaptureFixture, method: str, path: str, status: int
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert client.request(method, path.format(TOKEN)).status_code == status
    own = [record for record in caplog.records if record.name.startswith(("roadshow", "uvicorn", "starlette"))]
    assert own
    for record in own:
        assert TOKEN not in JsonFormatter().format(record)
        assert TOKEN not in TextFormatter().format(record)
