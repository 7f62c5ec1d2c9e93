"""A page of another site, in a real browser: let in by `cors_origins`, and otherwise kept out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.operations.settings import ServerSettings
from tests.api import small
from tests.api.running import running
from tests.support import databases

FRIEND, STRANGER = True, False
ASK = """async ({url, options}) => {
  try {
    const response = await fetch(url, options);
    return {status: response.status, headers: Object.fromEntries(response.headers), text: await response.text()};
  } catch (problem) {
    return {refused: String(problem)};
  }
}"""

Ask = Callable[..., dict[str, Any]]


class Empty(SimpleHTTPRequestHandler):
    """The other site: an empty page at every address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None: ...


@pytest.fixture(scope="module")
def ask(browser: Browser, shared_directory: Path) -> Iterator[Ask]:
    """Fetches from the server as a page of another site does, a friend's or not."""
    other = ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    origins = {FRIEND: f"http://localhost:{other.server_port}", STRANGER: f"http://127.0.0.1:{other.server_port}"}
    page = browser.new_page()
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, development=True, cors_origins=(origins[FRIEND],))
        with running(small.assembly(settings)) as address:

            def asked(friend: bool, path: str = "", **options: Any) -> dict[str, Any]:
                if not page.url.startswith(origins[friend]):
                    page.goto(origins[friend])
                found: dict[str, Any] = page.evaluate(ASK, {"url": f"{address}/graphql{path}", "options": options})
                return found

            yield asked
            page.close()
    other.shutdown()
    other.server_close()


def posted(query: str, **headers: str) -> dict[str, Any]:
    return {
        "method": "POST",
        "headers": {"Content-Type": "application/json", **headers},
        "body": f'{{"query": "{query}"}}',
    }


def test_a_page_that_is_let_in_asks_with_a_key_and_reads_all_headers_meant_for_it(ask: Ask) -> None:
    further = {"Authorization": "Bearer investor-key", "Accept-Language": "zh", "X-Request-ID": "chosen-1"}
    for _ in range(2):  # by a worker thread, then by the short way, if that took it
        answer = ask(FRIEND, **posted("{who}", **further))
        assert answer["text"].startswith('{"data":{"who":"INVESTOR"}')
        assert answer["headers"]["x-request-id"] == "chosen-1"
        assert answer["headers"]["ratelimit"].startswith('"cost";r=')
        assert answer["headers"]["ratelimit-policy"]
    assert ask(FRIEND, "?query=%7Bhello%7D")["headers"]["etag"]
    refused = ask(FRIEND, **posted("{who}", Authorization="Bearer wrong"))
    assert refused["status"] == 401, "an error is read, too"
    assert "UNAUTHENTICATED" in refused["text"]


def test_no_cookies_are_taken_along(ask: Ask) -> None:
    """There are none; a page that insists on them isn't let in."""
    assert "refused" in ask(FRIEND, **posted("{hello}"), credentials="include")


def test_a_page_that_is_not_let_in_neither_reads_nor_writes(ask: Ask) -> None:
    assert "refused" in ask(STRANGER, **posted("{hello}"))
    assert "refused" in ask(STRANGER, "?query=%7Bhello%7D")
    assert "refused" in ask(STRANGER, **posted('mutation {shout(word: \\"a\\")}'))
    unasked = ask(STRANGER, method="POST", mode="no-cors", body='{"query": "mutation {shout(word: \\"a\\")}"}')
    assert unasked == {"status": 0, "headers": {}, "text": ""}, "sent without asking, and refused unread"
