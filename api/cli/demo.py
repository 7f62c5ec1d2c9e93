"""``roadshow demo``"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

HINT = """\
The public sees projects, places and programmes. To see rankings as an organiser sees them, make a key
    {program} keys create --role organiser
and put it into the headers of GraphiQL: {{"Authorization": "Bearer KEY"}}
"""


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Then start the server, as `make run` does.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on, with --serve.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on, with --serve.")] = None,
    encode: Annotated[bool, typer.Option("--encode/--no-encode", help="Turn the texts into vectors.")] = True,
) -> None:
    """Load the facts of the programmes and the demo data, and turn their texts into vectors.

    Projects, talents and investors of the demo data are fictional, and marked so. Loading them again changes
    nothing.
    """
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()  # before a package is imported that may not be ours
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
        from api.assembly.server import run

        print(HINT.format(program=sys.argv[0] if os.sep in sys.argv[0] else "roadshow"))
        run(host=host, port=port, development=True)
