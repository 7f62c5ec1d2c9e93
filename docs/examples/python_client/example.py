"""Lists, ranks, creates, changes and watches projects with the generated client.

python example.py http://localhost:8000/graphql KEY
"""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

from roadshow_client import (
    Faults,
    LocalizedTextInput,
    MoneyRangeInput,
    ProjectCard,
    ProjectCreateInput,
    ProjectFilter,
    ProjectInput,
    RoadshowClient,
)


class RefusedError(Exception):
    """A mutation that wrote nothing, with all that is wrong."""

    def __init__(self, faults: Sequence[Faults]) -> None:
        super().__init__("; ".join(f"{'.'.join(each.field)}: {each.message}" for each in faults))
        self.faults = faults


def connect(url: str, key: str) -> RoadshowClient:
    """Return a client that asks by HTTP and watches by WebSocket."""
    authorization = {"Authorization": f"Bearer {key}"}
    return RoadshowClient(
        url=url,
        headers=authorization,
        ws_url=url.replace("http", "ws", 1),
        ws_connection_init_payload=authorization,
    )


async def every_project(client: RoadshowClient, chosen: ProjectFilter) -> AsyncIterator[ProjectCard]:
    """Yield all projects of a filter, page by page."""
    after: str | None = None
    while True:
        page = (await client.projects(after=after, filter_=chosen)).projects
        for project in page.nodes:
            yield project
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


async def create(client: RoadshowClient, name: str, least: Decimal) -> ProjectCard:
    """Create a project, once however often the call is sent. Raises RefusedError."""
    ask = MoneyRangeInput(minimum=least, currency="CNY")
    given = ProjectCreateInput(name=[LocalizedTextInput(language="en", text=name)], ask=ask)
    payload = (await client.create_project(given, key=str(uuid.uuid4()))).create_project
    if payload.project is None:
        raise RefusedError(payload.user_errors)
    return payload.project


async def rename(client: RoadshowClient, project: ProjectCard, name: str) -> ProjectCard:
    """Rename a project unless somebody else has changed it since it was read. Raises RefusedError."""
    given = ProjectInput(name=[LocalizedTextInput(language="en", text=name)])
    payload = (await client.update_project(project.id, given, version=project.version)).update_project
    if payload.project is None:
        raise RefusedError(payload.user_errors)
    return payload.project


async def first_change(client: RoadshowClient, project: str, ready: asyncio.Event) -> ProjectCard | None:
    """Wait for a change of a project; None if it was hidden."""
    events = client.project_changed(ids=[project])
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(1)  # the protocol doesn't tell when a subscription is in force
    ready.set()
    return (await waiting).project_changed.project


async def main(url: str, key: str) -> None:
    async with connect(url, key) as client:
        startups = [each.name async for each in every_project(client, ProjectFilter(search="laser"))]
        print(len(startups), "projects with lasers")
        project = await create(client, "Tidal power", Decimal("1500000.25"))
        try:
            await create(client, " ", Decimal(-1))
        except RefusedError as refused:
            print("refused:", refused)
        ready = asyncio.Event()
        change = asyncio.ensure_future(first_change(client, project.id, ready))
        await ready.wait()
        await rename(client, project, "Tidal stream power")
        seen = await change
        print("changed:", seen.name if seen else "hidden")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
