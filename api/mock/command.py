"""``roadshow mock``"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

HINT = """\
Keys are the names of roles ("Authorization: Bearer investor"): {roles}. Without one: {role}.
Delays and errors can be changed while it runs, and all writes undone: /mock, /mock/reset.
"""


def mock(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    role: Annotated[
        str | None, typer.Option("--as", help="Who asks without a key, such as investor; by default the public.")
    ] = None,
    delay: Annotated[str, typer.Option(help="Milliseconds before each answer: 300, or 100-800.")] = "0",
    error_rate: Annotated[
        float, typer.Option(min=0, max=1, help="Share of requests answered with 503: .25 is each fourth.")
    ] = 0.0,
    fail: Annotated[
        list[str] | None,
        typer.Option(help="A field that fails, with a code: Project.summary=FORBIDDEN. May be repeated."),
    ] = None,
) -> None:
    """Serve the real schema on the demo data, for front ends without a server of their own.

    Needs no network, database or model. Mutations and subscriptions work; everything written is gone in the end, and
    every start gives the same records with the same ids. Rankings do without the texts' vectors.
    """
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()  # before importing a package that may not be ours
    from api.assembly.server import run_here
    from api.mock.fault_injection import read_failures
    from api.mock.server import MockServer, settings_for
    from api.operations.logs import configure
    from api.operations.settings import load_server_settings

    with tempfile.TemporaryDirectory(prefix="roadshow-mock-", ignore_cleanup_errors=True) as folder:
        settings = settings_for(load_server_settings(), Path(folder)).model_copy(update={"host": host, "port": port})
        configure(settings)
        server = MockServer(settings, role)
        server.change({"delay": delay, "errorRate": error_rate, "fail": read_failures(fail or [])})
        print(HINT.format(roles=", ".join(server.roles), role=role or "the public"))
        run_here(server, settings)
