"""A workplace's provider that isn't OpenID Connect, in a process of its own: ``python -m … PORT``.

As those of chat programs are: the browser comes back with a code of its own name, which a server exchanges for a user.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

PEOPLE = {
    "ada": {"userid": "u-ada", "name": "Ada Example", "mail": "ADA@example.edu", "confirmed": True},
    "bo": {"userid": "u-bo", "name": "Bo Example"},
    "liar": {"userid": "u-liar", "name": "Liar", "mail": "ada@example.edu", "confirmed": False},
    "broken": {"userid": ""},
}


class Workplace(BaseHTTPRequestHandler):
    """`/connect` sends a browser back, as the person that `user` names; `/user` says who a code stands for."""

    def do_GET(self) -> None:
        """Answer."""
        parts = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/connect":
            back = {"state": given["state"], "auth_code": f"code-{given['user']}"}
            if given["user"] == "nobody":
                back = {"state": given["state"], "denied": "1"}
            self.send_response(302)
            self.send_header("Location", f"{given['redirect_uri']}?{urlencode(back)}")
            self.end_headers()
            return
        person = PEOPLE.get(given.get("code", "").removeprefix("code-"))
        body = json.dumps(person or {}).encode()
        self.send_response(200 if person else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Workplace).serve_forever()
