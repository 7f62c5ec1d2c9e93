"""Who sees which jobs, on both databases and by both executors."""

from __future__ import annotations

from store.database import Database
from store.enums import Role
from tests.schema.conftest import Ask
from tests.schema.domain.jobs.office import LIST, ONE, Office
from tests.schema.samples import SampleRecords


def test_people_see_their_own_jobs_and_organisers_those_in_their_reach(
    database: Database, samples: SampleRecords, ask: Ask
) -> None:
    office = Office(database, samples)
    jobs = {name: office.asks(name) for name in ("ada", "ben", "chief", "helper", "program")}
    everybody = set(jobs)
    for name, sees in (("ada", {"ada"}), ("ben", {"ben"}), ("helper", {"helper"}), ("program", {"program"}),
                       ("chief", {"chief", "helper"})):  # fmt: skip
        found = ask(LIST, {}, office.actor(name))["jobs"]
        assert {each["id"] for each in found["nodes"]} == {jobs[each] for each in sees}, name
        assert found["totalCount"] == len(sees)
        for other, identifier in jobs.items():
            shown = ask(ONE, {"id": identifier}, office.actor(name))
            assert [bool(shown["job"]), bool(shown["node"])] == [other in sees] * 2
    for role in (Role.ORGANISER, Role.ADMIN):
        found = ask(LIST, {}, samples.as_(role))["jobs"]
        assert {each["id"] for each in found["nodes"]} == {samples["job"], *(jobs[each] for each in everybody)}
        assert {each["askedBy"] for each in found["nodes"]} == {None, *(each.capitalize() for each in everybody)}
    assert ask(LIST)["jobs"]["nodes"] == []
