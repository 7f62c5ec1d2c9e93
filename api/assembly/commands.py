"""The names and locations of core's commands; listing them imports none of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CommandLocation:
    """Where a command is: ``attribute`` of ``module`` is a Typer application or a function."""

    module: str
    attribute: str
    help: str
    panel: str


RUN, DATA, RECOMMEND, EXTEND = "Run", "Data", "Recommend", "Extend"

COMMANDS: dict[str, CommandLocation] = {
    "serve": CommandLocation("api.cli.serve", "serve", "Start the server.", RUN),
    "work": CommandLocation("api.cli.serve", "work", "Run jobs that take longer than a request.", RUN),
    "demo": CommandLocation("api.cli.demo", "demo", "Load the demo data; loading it again changes nothing.", RUN),
    "mock": CommandLocation(
        "api.mock.command", "mock", "Serve the demo data, thrown away in the end, to front ends.", RUN
    ),
    "migrate": CommandLocation("api.cli.migrate", "migrate", "Upgrade the database to this version's schema.", RUN),
    "keys": CommandLocation("api.cli.keys", "app", "Create, list and revoke API keys.", RUN),
    "accounts": CommandLocation("api.cli.accounts", "app", "Create and list accounts; print links to sign in.", RUN),
    "notifications": CommandLocation(
        "api.cli.notifications", "app", "Preview and send what people are told, and show the log.", RUN
    ),
    "backup": CommandLocation("api.cli.backup", "backup", "Write everything to one file, and verify it.", RUN),
    "restore": CommandLocation("api.cli.backup", "restore", "Restore a backup into an empty database.", RUN),
    "move": CommandLocation("api.cli.backup", "move", "Copy everything to another database, of either kind.", RUN),
    "audit": CommandLocation("api.cli.accounts", "audit", "Show who wrote what, or export it.", RUN),
    "archive-audit": CommandLocation(
        "api.cli.accounts", "archive_audit", "Move old entries of the audit log to files.", RUN
    ),
    "doctor": CommandLocation("api.cli.doctor", "doctor", "Check the installation and say what to do.", RUN),
    "import": CommandLocation(
        "api.cli.files",
        "import_",
        "Import projects, talents, investors, investments, events or priorities from files.",
        DATA,
    ),
    "export": CommandLocation("api.cli.files", "export", "Write all records of one kind to a file.", DATA),
    "talents": CommandLocation("api.cli.talents", "app", "Erase a person's data for good.", DATA),
    "export-schema": CommandLocation("api.cli.export_schema", "export_schema", "Print the GraphQL schema.", DATA),
    "operations": CommandLocation(
        "api.cli.export_schema", "operations", "Register a front end's operations, to execute no others.", RUN
    ),
    "explain": CommandLocation(
        "api.cli.explain", "explain", "Show a query's cost, its SQL and the database's plan.", RUN
    ),
    "encode": CommandLocation("recommender.cli.bulk", "encode", "Turn new and changed texts into vectors.", RECOMMEND),
    "rank": CommandLocation(
        "recommender.cli.rank", "rank", "Rank projects for an investor or a city, or the other way round.", RECOMMEND
    ),
    "learn": CommandLocation(
        "recommender.cli.learn", "learn", "Train weights and the score scale on outcomes.", RECOMMEND
    ),
    "fits": CommandLocation(
        "recommender.cli.bulk", "fits", "Write all scores of places or investors to files.", RECOMMEND
    ),
    "rankings": CommandLocation(
        "recommender.cli.bulk", "rankings", "Write everybody's list of projects to files.", RECOMMEND
    ),
    "evaluate": CommandLocation(
        "recommender.cli.evaluate", "evaluate", "Measure the rankings on your own data.", RECOMMEND
    ),
    "plugins": CommandLocation("api.cli.plugins", "app", "List, describe, create, trace and purge plugins.", EXTEND),
}
