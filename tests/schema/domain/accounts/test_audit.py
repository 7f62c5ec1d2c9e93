"""The audit log: who reads what of it, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult

from schema.domain.accounts import audit
from store import models
from store.access.actors import Actor
from store.accounts.audit import AuditFilter, read_all
from store.accounts.invitations import invite
from store.backup.audit_archive import archive
from store.database import Database
from store.enums import Role, ScopeKind
from store.models.base import now
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

Run = Callable[..., ExecutionResult]
LOG = """query ($entity: ID, $actor: ID, $type: String, $since: DateTime, $first: Int! = 100, $after: String) {
    auditLog(entity: $entity, actor: $actor, entityType: $type, since: $since, first: $first, after: $after) {
        nodes { position at actorRole actorName operation entityType entityId entity { id } before after }
        edges { cursor } pageInfo { hasNextPage endCursor } missingEntries } }"""


def log(run: Run, who: Actor, **variables: Any) -> dict[str, Any]:
    result = run(LOG, variables, who)
    assert result.errors is None, result.errors
    assert result.data
    return result.data["auditLog"]  # type: ignore[no-any-return]


def everything(run: Run, actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = log(run, actor, after=after)
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_pages_go_from_the_newest_to_the_oldest_entry(run: Run, samples: SampleRecords, database: Database) -> None:
    entries = everything(run, samples.as_(Role.ADMIN))
    positions = [int(each["position"]) for each in entries]
    assert positions == sorted(positions, reverse=True)
    with database.read() as session:
        assert positions == [each.sequence for each in read_all(session, AuditFilter())]
        assert [each.sequence for each in read_all(session, AuditFilter(), 3)] == positions[:3]
    page = log(run, samples.as_(Role.ADMIN), first=2)
    assert [each["cursor"] for each in page["edges"]] == [str(each) for each in positions[:2]]


def test_entries_are_found_by_entity_actor_table_and_time(run: Run, samples: SampleRecords) -> None:
    admin = Actor(Role.ADMIN, "key_1", name="Ada's script")
    change = 'mutation ($id: ID!) { updateProject(id: $id, input: {keywords: ["new"]}) { userErrors { code } } }'
    assert run(change, {"id": samples["lidar"]}, admin).errors is None
    (entry,) = log(run, admin, actor="key_1")["nodes"]
    assert (entry["operation"], entry["entityType"], entry["actorName"]) == ("UPDATE", "project", "Ada's script")
    assert (entry["before"]["keywords"], entry["after"]["keywords"]) == ([], ["new"])
    assert entry["entity"] == {"id": samples["lidar"]}
    types = {each["entityType"] for each in log(run, admin, entity=samples["lidar"])["nodes"]}
    assert {"project", "team_member", "project_track"} <= types, "and what belongs to it"
    assert {each["entityType"] for each in log(run, admin, type="award")["nodes"]} == {"award"}
    assert log(run, admin, since="2100-01-01T00:00:00Z")["nodes"] == []


def test_an_organiser_of_some_programmes_reads_what_belongs_to_them(
    run: Run, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("tests")) as session:
        mine = invite(session, "a@example.org", Role.REVIEWER, ScopeKind.PROGRAMME, samples["programme"])[0]
        other = invite(session, "b@example.org", Role.REVIEWER, ScopeKind.INSTALLATION)[0]
    entries = everything(run, samples.as_(Role.SCOPED_ORGANISER))
    written = {each["entityId"] for each in entries}
    assert {samples[name] for name in ("lidar", "member", "like", "match", "meeting", "exposure", "edition", "event",
                                     "series", "programme", "health_track")} <= written  # fmt: skip
    assert mine.id in written
    assert other.id not in written
    assert not {
        samples[name] for name in ("draft", "bank", "interest", "investor", "owner", "need", "own_scenario")
    } & (written)
    assert not [each for each in entries if "note" in {**(each["before"] or {}), **(each["after"] or {})}]


def test_notes_are_for_administrators(run: Run, samples: SampleRecords) -> None:
    for role, told in ((Role.ADMIN, True), (Role.ORGANISER, False)):
        entries = log(run, samples.as_(role), entity=samples["like"])["nodes"]
        assert any("note" in (each["after"] or {}) for each in entries) is told


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.TALENT, Role.INVESTOR, Role.PLANNER, Role.REVIEWER])
def test_others_read_nothing_of_it(run: Run, samples: SampleRecords, role: Role) -> None:
    result = run(LOG, {}, samples.as_(role))
    assert [error.extensions["code"] for error in result.errors or ()] == ["FORBIDDEN"]


def test_the_log_pages_both_ways(run: Run, samples: SampleRecords) -> None:
    query = """query ($first: Int, $last: Int, $after: String, $before: String) {
        auditLog(first: $first, last: $last, after: $after, before: $before) {
            edges { cursor node { position } } pageInfo { hasNextPage hasPreviousPage startCursor } } }"""

    def page(**sizes: object) -> dict[str, Any]:
        result = run(query, sizes, samples.as_(Role.ADMIN))
        assert result.errors is None, result.errors
        found: dict[str, Any] = result.data["auditLog"]  # type: ignore[index]
        return found

    whole = page(first=100)["edges"]
    assert page(first=3, after=whole[1]["cursor"])["edges"] == whole[2:5]
    assert page(last=3, before=whole[5]["cursor"])["edges"] == whole[2:5]
    assert page(last=3, before=whole[5]["cursor"])["pageInfo"]["hasPreviousPage"]
    assert not page(last=9, before=whole[5]["cursor"])["pageInfo"]["hasPreviousPage"]
    assert not page(last=3)["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize("given", [{"first": 101}, {"first": -1}, {"after": "x"}, {"after": "1" * 30}])
def test_a_page_that_can_not_be_given_is_refused(run: Run, samples: SampleRecords, given: dict[str, Any]) -> None:
    result = run(LOG, given, samples.as_(Role.ADMIN))
    codes = [error.extensions["code"] for error in result.errors or ()]
    assert codes == ["BAD_USER_INPUT"]


def test_no_secret_is_in_it(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        _, secret = invite(session, "a@example.org", Role.REVIEWER, ScopeKind.INSTALLATION)
        kept = session.query(models.Invitation).one().token_hash
    told = str(log(run, samples.as_(Role.ADMIN), type="invitation"))
    assert "a@example.org" in told
    assert secret not in told
    assert kept not in told


def test_archived_entries_are_read_as_before_by_whoever_may(
    run: Run, samples: SampleRecords, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write(Actor.system("tests")) as session:
        invite(session, "c@example.org", Role.REVIEWER, ScopeKind.PROGRAMME, samples["programme"])
        invite(session, "d@example.org", Role.REVIEWER, ScopeKind.INSTALLATION)
    readers = [samples.as_(role) for role in (Role.ADMIN, Role.ORGANISER, Role.SCOPED_ORGANISER)]
    before = [everything(run, reader) for reader in readers]
    assert archive(database, tmp_path, now() + timedelta(minutes=1)) > 0
    assert log(run, readers[0])["missingEntries"] > 0
    monkeypatch.setattr(audit, "_folder", lambda context: tmp_path)
    assert [everything(run, reader) for reader in readers] == before
    assert log(run, readers[0])["missingEntries"] == 0
