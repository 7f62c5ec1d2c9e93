"""``roadshow demo``"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

HINT = """\
The public sees projects, places and programmes. Each link signs in as one role, once, within 15 minutes
(more: {program} accounts link ADDRESS):
{links}
For programs, make a key: {program} keys create --role organiser
"""


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Start the server afterwards, as `make run` does.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on, with --serve.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, with --serve.")] = None,
    encode: Annotated[bool, typer.Option("--encode/--no-encode", help="Turn the texts into vectors.")] = True,
) -> None:
    """Load the facts of the programmes and the demo data, and encode their texts.

    Projects, talents and investors of the demo are fictional, and marked so. Loading them again changes nothing.
    """
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()  # before importing a package that may not be ours
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.data import load_data
    from api.assembly.preparation import load_host
    from api.cli.opened import ready_database

    with ready_database() as database:
        if encode:
            from recommender.cli.bulk import encode as encode_texts
        loaded = load_data(database, load_host(core=CORE_PARTS), ("reference", "demo"))
        for owner, report in loaded:
            if report.changed:
                print(f"{owner}: {report}")
        if encode:
            encode_texts()
    if serve:
        from api.accounts.demo import demo_links
        from api.accounts.sign_in import sign_in_address
        from api.assembly.server import run
        from api.operations.settings import load_server_settings

        settings = load_server_settings()
        at = settings.model_copy(update={"host": host or settings.host, "port": port or settings.port})
        with ready_database() as database:
            links = {label: sign_in_address(at, token) for label, token in demo_links(database).items()}
        shown = "\n".join(f"    {label}: {link}" for label, link in links.items())
        print(HINT.format(program=sys.argv[0] if os.sep in sys.argv[0] else "roadshow", links=shown))
        run(host=host, port=port, development=True)
