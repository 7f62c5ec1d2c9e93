"""The kind of job `export`: everything of a connection that the asker may see, in a file for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from pydantic import BaseModel

from api.jobs.run import JobRun
from plugins.host.context import JobContext
from plugins.host.contributions.contributions import JobKind
from plugins.host.errors import UserError
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.jobs.exports import cells
from schema.domain.jobs.starting import EXPORT
from store.access.actors import Actor


class ExportArguments(BaseModel):
    """What is exported: pages of `connection`, as `document` asks for them."""

    connection: str
    filter: dict[str, object] | None
    format: str
    document: str
    columns: list[str]


class PageInfo(TypedDict):
    """Whether there are further pages, and where they begin."""

    hasNextPage: bool
    endCursor: str | None


class Page(TypedDict):
    """A page of the connection."""

    totalCount: NotRequired[int]
    pageInfo: PageInfo
    nodes: list[dict[str, object]]


def export(job: JobContext[Actor], arguments: ExportArguments) -> dict[str, object]:
    """Write the file; return the number of rows."""
    assert isinstance(job, JobRun)
    formats = {entry.name: entry for entry in job.host.contributions.exporters}
    entry = formats.get(arguments.format)
    if entry is None:
        raise UserError(f"There is no format '{arguments.format}' here any more.")
    counted = [0]
    with job.file(f"{arguments.connection}{entry.value.suffix}", entry.value.media_type) as stream:
        job.host.call(entry, entry.value.write, _rows(job, arguments, counted), stream, time_limit=None)
    return {"rows": counted[0]}


def _rows(job: JobRun, arguments: ExportArguments, counted: list[int]) -> Iterator[Mapping[str, object]]:
    after: str | None = None
    total = 0
    while True:
        variables = {"filter": arguments.filter, "first": MAXIMUM_PAGE, "after": after, "count": after is None}
        page = _page(job, arguments, variables)
        total = page.get("totalCount", total)
        for node in page["nodes"]:
            yield cells(node, arguments.columns)
        counted[0] += len(page["nodes"])
        job.report(counted[0] / total if total else None, f"{counted[0]} / {total}")
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _page(job: JobRun, arguments: ExportArguments, variables: Mapping[str, object]) -> Page:
    answer = job.ask(arguments.document, variables)
    errors = cast(Sequence[Mapping[str, str]], answer.get("errors") or ())
    if errors:
        raise UserError(f"The export can't go on: {errors[0]['message']}")
    return cast(Mapping[str, Page], answer["data"])[arguments.connection]


EXPORTS = JobKind(
    name=EXPORT,
    description="Writes everything of a connection that the asker may see to a file.",
    run=export,
    arguments=ExportArguments,
)
