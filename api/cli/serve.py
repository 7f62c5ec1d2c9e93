"""``roadshow serve`` and ``roadshow work``"""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default that of the settings, or 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; by default that of the settings, or 8000.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; by default that of the settings, or 1.")
    ] = None,
    development: Annotated[
        bool | None, typer.Option("--development/--production", help="Introspection and suggestions for everybody.")
    ] = None,
) -> None:
    """Start the server: GraphQL at /graphql, the editor at /graphiql.

    On SQLite it migrates the database first; on PostgreSQL it refuses an old schema and says what to run. Ctrl+C or
    TERM lets requests in flight finish.
    """
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()  # before importing a package that may not be ours
    from api.assembly.server import run

    run(host=host, port=port, workers=workers, development=development)


def work(
    threads: Annotated[
        int | None, typer.Option(min=1, help="Jobs run at once; by default that of the settings, or 2.")
    ] = None,
    until_idle: Annotated[
        float | None, typer.Option(min=0, help="End after this many seconds without a job; by default never.")
    ] = None,
) -> None:
    """Run jobs: exports, imports and other work that takes longer than a request.

    Any number of workers on any number of machines share one PostgreSQL database and one data directory. `roadshow
    serve` runs a worker by itself. TERM or Ctrl+C gives jobs in progress back to the queue.
    """
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()
    from api.assembly.working import run_worker

    run_worker(threads, until_idle)
