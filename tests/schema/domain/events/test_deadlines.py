"""Deadlines by the clock of a zone: written, refused where they can be read two ways, filtered by their moment."""

from __future__ import annotations

from typing import Any

import pytest

from store import models
from store.access.actors import Actor
from store.bulk import BulkWriter
from store.database import Database
from store.documents.resolving import rows_where
from store.enums import Role
from tests.schema.conftest import Ask
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

UPDATE = {
    "event": """mutation ($id: ID!, $at: ZonedDateTime) { updateEvent(id: $id, input: {deadline: $at}) {
        event { deadline deadlineAt } userErrors { code message field } } }""",
    "edition": """mutation ($id: ID!, $at: ZonedDateTime) { updateEventEdition(id: $id, input: {deadline: $at}) {
        eventEdition { deadline deadlineAt } userErrors { code message field } } }""",
    "need": """mutation ($id: ID!, $at: ZonedDateTime) { updateMatchingNeed(id: $id, input: {deadlineTime: $at}) {
        matchingNeed { deadline: deadlineTime deadlineAt: deadlineTimeAt } userErrors { code message field } } }""",
}


@pytest.mark.parametrize("name", UPDATE)
def test_a_deadline_is_stored_with_its_zone(run: Run, samples: SampleRecords, name: str) -> None:
    organiser, identifier = samples.as_(Role.ORGANISER), samples[name]

    def written(text: str | None) -> dict[str, Any]:
        payload = answer(run(UPDATE[name], {"id": identifier, "at": text}, organiser))
        assert payload.pop("userErrors") == []
        (record,) = payload.values()
        return dict(record)

    assert written("2026-05-01 17:00 Asia/Shanghai") == {
        "deadline": "2026-05-01T17:00:00+08:00[Asia/Shanghai]", "deadlineAt": "2026-05-01T09:00:00+00:00",
    }  # fmt: skip
    assert written(None) == {"deadline": None, "deadlineAt": None}
    for text, told in [("2026-05-01 17:00", "names no time zone"), ("2026-10-25 01:30 Europe/London", "comes twice"),
                       ("2026-03-29 01:30 Europe/London", "doesn't exist"),
                       ("2026-05-01 17:00 CST", "several ways")]:  # fmt: skip
        result = run(UPDATE[name], {"id": identifier, "at": text}, organiser)
        field = "input.deadlineTime" if name == "need" else "input.deadline"
        assert problems(result) == [("BAD_USER_INPUT", field)]
        assert told in answer(result)["userErrors"][0]["message"]


def test_events_are_found_by_the_moment(run: Run, ask: Ask, samples: SampleRecords) -> None:
    given = {"id": samples["event"], "at": "2026-05-01 01:00 Asia/Shanghai"}
    answer(run(UPDATE["event"], given, samples.as_(Role.ORGANISER)))
    query = """query ($from: DateTime, $to: DateTime) {
        events(filter: {deadlineAt: {atLeast: $from, atMost: $to}}, orderBy: [{field: DEADLINE_AT}]) { totalCount } }"""
    day_before = {"from": "2026-04-30T16:59:00Z", "to": "2026-04-30T17:01:00Z"}
    assert ask(query, day_before) == {"events": {"totalCount": 1}}
    assert ask(query, {"from": "2026-05-01T00:00:00Z"}) == {"events": {"totalCount": 0}}


def test_bulk_writes_keep_the_moment(samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        row = next(rows_where(session, models.Event, "id", [samples["event"]]))
        writer = BulkWriter(session)
        writer.update(models.Event, row, {"deadline": "2026-05-01T17:00:00+08:00[Asia/Shanghai]"})
        made = writer.create(models.Event, {**row, "id": None, "deadline": "2026-05-02T17:00:00+08:00[Asia/Shanghai]"})
        writer.flush()
    with database.read() as session:
        moments = [session.get_one(models.Event, each).deadline_at for each in (samples["event"], made)]
    assert [each and each.isoformat() for each in moments] == ["2026-05-01T09:00:00+00:00", "2026-05-02T09:00:00+00:00"]
