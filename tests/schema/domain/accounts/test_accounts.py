"""Invitations, memberships, sessions and keys over the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import select

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access import accounts
from store.access.actors import Actor
from store.access.keys import verify
from store.accounts import invitations
from store.accounts.signing_in import actor_in, open_session, session_of
from store.database import Database
from store.enums import Role, ScopeKind
from tests.schema.compiled.changes import execute_by_both
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]
SYSTEM = Actor.system("tests")
INVITE = """mutation ($people: [InviteeInput!]!, $role: Role!, $kind: ScopeKind!, $scope: ID, $dry: Boolean! = false) {
    invite(people: $people, role: $role, scopeKind: $kind, scope: $scope, dryRun: $dry) {
        invitations { id email role scopeKind scope { id } } userErrors { code field message } } }"""
ADA = [{"email": "Ada@example.org", "name": "Ada", "language": "zh"}]


def answer(result: ExecutionResult) -> dict[str, Any]:
    assert result.errors is None, result.errors
    assert result.data
    [payload] = result.data.values()
    return payload  # type: ignore[no-any-return]


def codes(result: ExecutionResult) -> list[str]:
    return [error["code"] for error in answer(result)["userErrors"]]


def signed_in(database: Database, email: str, *held: tuple[Role, ScopeKind, str | None]) -> Actor:
    """The actor of a new account's session."""
    with database.write(SYSTEM) as session:
        account = accounts.create_account(session, email, email.partition("@")[0])
        for role, kind, scope in held:
            accounts.add_membership(session, account, role, kind, scope)
        return again(database, open_session(session, account), session)


def again(database: Database, secret: str, session: Any) -> Actor:
    opened = session_of(session, secret)
    assert opened is not None
    actor = actor_in(session, opened)
    assert actor is not None
    return actor


@pytest.mark.parametrize(
    ("role", "given", "kind", "scope", "allowed"),
    [
        (Role.ADMIN, Role.ADMIN, ScopeKind.INSTALLATION, None, True),
        (Role.ORGANISER, Role.ADMIN, ScopeKind.INSTALLATION, None, False),
        (Role.ORGANISER, Role.ORGANISER, ScopeKind.INSTALLATION, None, True),
        (Role.ORGANISER, Role.INVESTOR, ScopeKind.INVESTOR, "investor", True),
        (Role.SCOPED_ORGANISER, Role.ORGANISER, ScopeKind.EDITION, "edition", True),
        (Role.SCOPED_ORGANISER, Role.REVIEWER, ScopeKind.TRACK, "health_track", True),
        (Role.SCOPED_ORGANISER, Role.REVIEWER, ScopeKind.INSTALLATION, None, False),
        (Role.SCOPED_ORGANISER, Role.ORGANISER, ScopeKind.INSTALLATION, None, False),
        (Role.SCOPED_ORGANISER, Role.INVESTOR, ScopeKind.INVESTOR, "investor", False),
        (Role.INVESTOR, Role.INVESTOR, ScopeKind.INVESTOR, "investor", True),
        (Role.INVESTOR, Role.INVESTOR, ScopeKind.INVESTOR, "rival", False),
        (Role.PLANNER, Role.PLANNER, ScopeKind.PLACE, "kunshan", True),
        (Role.PLANNER, Role.REVIEWER, ScopeKind.INSTALLATION, None, False),
        (Role.TALENT, Role.TALENT, ScopeKind.TALENT, "owner", False),
        (Role.REVIEWER, Role.REVIEWER, ScopeKind.INSTALLATION, None, False),
        (Role.PUBLIC, Role.REVIEWER, ScopeKind.INSTALLATION, None, False),
    ],
)
def test_nobody_gives_more_than_they_hold(
    run: Run, samples: SampleRecords, role: Role, given: Role, kind: ScopeKind, scope: str | None, allowed: bool
) -> None:
    variables = {"people": ADA, "role": given.name, "kind": kind.name, "scope": samples[scope] if scope else None}
    assert codes(run(INVITE, {**variables, "dry": True}, samples.as_(role))) == ([] if allowed else ["FORBIDDEN"])


def test_invitations_are_sent_once_written_and_accepted_once(
    services: Services, schema: RoadshowSchema, samples: SampleRecords, database: Database
) -> None:
    sent: list[tuple[models.Invitation, str]] = []

    class Mailbox:
        def invite(self, letters: Any, by: str | None) -> None:
            sent.extend(letters)

    planner = Planner(schema, replace(services, mailer=Mailbox()))
    organiser = samples.as_(Role.SCOPED_ORGANISER)
    variables = {"people": [*ADA, {"email": "no address"}], "role": "REVIEWER", "kind": "PROGRAMME",
                 "scope": samples["programme"]}  # fmt: skip
    refused = answer(execute_by_both(planner, organiser, INVITE, variables=variables))
    assert [error["field"] for error in refused["userErrors"]] == [["people", "1", "email"]]
    assert not sent, "nothing was written, nothing is sent"
    elsewhere = {**variables, "people": ADA, "role": "ORGANISER", "kind": "TRACK", "scope": samples["health_track"]}
    refused = answer(execute_by_both(planner, organiser, INVITE, variables=elsewhere))
    assert [error["field"] for error in refused["userErrors"]] == [["scopeKind"]], "the problem isn't the person's"
    variables["people"] = ADA
    made = answer(execute_by_both(planner, organiser, INVITE, variables=variables))
    assert made["userErrors"] == []
    assert [each["email"] for each in made["invitations"]] == ["ada@example.org"]
    assert made["invitations"][0]["scope"] == {"id": samples["programme"]}
    secret = sent[-1][1]
    with database.write(SYSTEM) as session:
        accepted = invitations.accept(session, secret)
        assert accepted is not None
        assert accepted.is_new
        assert (accepted.account.name, accepted.account.languages) == ("Ada", ["zh"])
        assert invitations.accept(session, secret) is None
        (held,) = accounts.held_by(session, accepted.account.id)
        assert (held.role, held.scope_id) == (Role.REVIEWER, samples["programme"])
    again = execute_by_both(planner, organiser, INVITE, variables=variables)
    with database.write(SYSTEM) as session:
        second = invitations.accept(session, sent[-1][1])
        assert second is not None
        assert not second.is_new
        assert len(accounts.held_by(session, second.account.id)) == 1
    over = "mutation ($id: ID!) { revokeInvitation(id: $id) { userErrors { code } } }"
    identifier = answer(again)["invitations"][0]["id"]
    assert codes(execute_by_both(planner, organiser, over, variables={"id": identifier})) == ["BAD_USER_INPUT"]


def test_dry_runs_are_shown_without_ids(run: Run, samples: SampleRecords) -> None:
    admin = samples.as_(Role.ADMIN)
    create = """mutation ($dry: Boolean!) { createKey(name: "Tried", role: REVIEWER, dryRun: $dry) {
        key { id } preview { name role } secret userErrors { code } } }"""
    tried = answer(run(create, {"dry": True}, admin))
    assert tried == {"key": None, "preview": {"name": "Tried", "role": "REVIEWER"}, "secret": None, "userErrors": []}
    created = answer(run(create, {"dry": False}, admin))
    assert created["preview"] is None
    revoke = """mutation ($id: ID!, $dry: Boolean!) { revokeKey(id: $id, dryRun: $dry) {
        key { revokedAt } preview { name revokedAt } userErrors { code } } }"""
    revoked = answer(run(revoke, {"id": created["key"]["id"], "dry": True}, admin))
    assert revoked["key"] is None
    assert revoked["preview"]["revokedAt"] is not None
    assert answer(run(revoke, {"id": created["key"]["id"], "dry": False}, admin))["key"]["revokedAt"] is not None
    invite = """mutation ($people: [InviteeInput!]!, $scope: ID!) {
        invite(people: $people, role: REVIEWER, scopeKind: PROGRAMME, scope: $scope, dryRun: true) {
            invitations { id } preview { email scope { id } } userErrors { code } } }"""
    invited = answer(run(invite, {"people": ADA, "scope": samples["programme"]}, admin))
    shown = {"email": "ada@example.org", "scope": {"id": samples["programme"]}}
    assert invited == {"invitations": None, "preview": [shown], "userErrors": []}


def test_a_revoked_or_replaced_invitation_is_closed(database: Database) -> None:
    with database.write(SYSTEM) as session:
        first, secret = invitations.invite(session, "a@example.org", Role.ADMIN, ScopeKind.INSTALLATION)
        second, other = invitations.invite(session, "a@example.org", Role.ADMIN, ScopeKind.INSTALLATION)
        assert first.revoked_at is not None
        assert invitations.accept(session, secret) is None
        second.revoked_at = second.created_at
        session.flush()
        assert invitations.accept(session, other) is None


def test_the_viewer_knows_its_account_and_switches_roles(run: Run, samples: SampleRecords, database: Database) -> None:
    actor = signed_in(
        database,
        "bo@example.org",
        (Role.PLANNER, ScopeKind.PLACE, samples["kunshan"]),
        (Role.INVESTOR, ScopeKind.INVESTOR, samples["investor"]),
    )
    query = """{ viewer { role subject { id } account { email } membership { role } keys { id }
        memberships { id role scopeKind scope { id } account { name } } sessions { id current } } }"""
    viewer = answer(run(query, None, actor))
    assert (viewer["role"], viewer["subject"], viewer["account"]) == (
        "PLANNER", {"id": samples["kunshan"]}, {"email": "bo@example.org"},
    )  # fmt: skip
    assert viewer["membership"] == {"role": "PLANNER"}
    assert [each["scope"]["id"] for each in viewer["memberships"]] == [samples["kunshan"], samples["investor"]]
    assert [each["current"] for each in viewer["sessions"]] == [True]
    switch = "mutation ($id: ID!) { actAs(membership: $id) { session { current } userErrors { code } } }"
    assert codes(run(switch, {"id": viewer["memberships"][1]["id"]}, actor)) == []
    with database.read() as session:
        present = actor_in(session, session.get_one(models.AccountSession, actor.session_id))
    assert present is not None
    assert (present.role, present.subject_id) == (Role.INVESTOR, samples["investor"])
    assert codes(run(switch, {"id": "mbr_0"}, actor)) == ["NOT_FOUND"]
    assert codes(run(switch, {"id": viewer["memberships"][1]["id"]}, samples.as_(Role.ADMIN))) == ["FORBIDDEN"]
    personal = "{ viewer { personalData } }"
    mine = answer(run(personal, None, actor))["personalData"]
    assert mine["account"][0]["email"] == "bo@example.org"
    assert len(mine["membership"]) == 2
    assert answer(run(personal, None, samples.as_(Role.ADMIN)))["personalData"] is None, "others may hold a key"
    nobody = answer(run(query, None, samples.as_(Role.INVESTOR)))
    assert (nobody["account"], nobody["memberships"], nobody["sessions"]) == (None, [], [])


def test_only_the_account_itself_ends_its_sessions(run: Run, database: Database) -> None:
    bo, eve = signed_in(database, "bo@example.org"), signed_in(database, "eve@example.org")
    end = (
        "mutation ($id: ID, $all: Boolean! = false) { signOut(session: $id, everywhere: $all) { userErrors { code } } }"
    )
    assert codes(run(end, {"id": bo.session_id}, eve)) == ["NOT_FOUND"]
    assert codes(run(end, {"all": True}, bo)) == []
    assert codes(run(end, {}, eve)) == []
    with database.read() as session:
        assert all(each.ended_at for each in session.scalars(select(models.AccountSession)))
    assert codes(run(end, {}, Actor(Role.ADMIN, "key"))) == ["FORBIDDEN"]


def test_keys_are_created_rotated_and_revoked(run: Run, samples: SampleRecords, database: Database) -> None:
    actor = signed_in(database, "bo@example.org", (Role.INVESTOR, ScopeKind.INVESTOR, samples["investor"]))
    eve = signed_in(database, "eve@example.org", (Role.INVESTOR, ScopeKind.INVESTOR, samples["rival"]))
    fields = "key { id role subject { id } account { name } } secret userErrors { code field }"
    make = f"""mutation ($role: Role, $subject: ID) {{
        createKey(name: "x", role: $role, subject: $subject) {{ {fields} }} }}"""
    rotate = f"mutation ($id: ID!) {{ rotateKey(id: $id) {{ {fields} }} }}"
    revoke = "mutation ($id: ID!) { revokeKey(id: $id) { key { revokedAt } userErrors { code } } }"

    def who(secret: str) -> Actor | None:
        with database.read() as session:
            return verify(session, secret)

    made = answer(run(make, {}, actor))
    assert made["key"]["account"] == {"name": "bo"}
    found = who(made["secret"])
    assert found is not None
    assert (found.role, found.subject_id) == (Role.INVESTOR, samples["investor"])
    assert codes(run(make, {}, found)) == ["FORBIDDEN"], "a key can't create others"
    assert codes(run(make, {"role": "ADMIN"}, actor)) == ["FORBIDDEN"]
    assert codes(run(rotate, {"id": made["key"]["id"]}, eve)) == ["NOT_FOUND"]
    assert codes(run(revoke, {"id": made["key"]["id"]}, eve)) == ["NOT_FOUND"]
    rotated = answer(run(rotate, {"id": made["key"]["id"]}, found))
    assert who(made["secret"]) is None
    assert who(rotated["secret"]) is not None
    assert codes(run(revoke, {"id": rotated["key"]["id"]}, actor)) == []
    assert who(rotated["secret"]) is None
    admin = samples.as_(Role.ADMIN)
    service = answer(run(make, {"role": "INVESTOR", "subject": samples["rival"]}, admin))
    assert service["key"]["account"] is None
    assert who(service["secret"]) is not None
    late = 'mutation { createKey(name: "x", role: ADMIN, expiresAt: "2000-01-01T00:00:00Z") { userErrors { field } } }'
    assert answer(run(late, None, admin))["userErrors"] == [{"field": ["expiresAt"]}]
    again = answer(run(rotate, {"id": made["key"]["id"]}, admin))["userErrors"]
    assert again == [{"code": "BAD_USER_INPUT", "field": ["id"]}], "a revoked key"
    wrong = answer(run(make, {"role": "INVESTOR"}, admin))["userErrors"]
    assert wrong == [{"code": "BAD_USER_INPUT", "field": ["subject"]}]
    listed = run("{ apiKeys { id } }", None, admin)
    assert listed.data
    assert service["key"]["id"] in {each["id"] for each in listed.data["apiKeys"]}
    with database.read() as session:
        assert rotated["secret"] not in str([each.after for each in session.scalars(select(models.Change))])


def test_memberships_end_and_are_handed_over(run: Run, samples: SampleRecords, database: Database) -> None:
    organiser = samples.as_(Role.SCOPED_ORGANISER)
    programme = (Role.REVIEWER, ScopeKind.PROGRAMME, samples["programme"])
    leaver = signed_in(database, "leaver@example.org", programme)
    heir = signed_in(database, "heir@example.org")
    both = signed_in(database, "both@example.org", programme, (Role.INVESTOR, ScopeKind.INVESTOR, samples["investor"]))
    hand = """mutation ($leaver: ID!, $successor: ID!) { handOverMemberships(leaver: $leaver, successor: $successor) {
        memberships { role account { name } } userErrors { code field } } }"""
    end = "mutation ($id: ID!) { endMembership(id: $id) { membership { endsAt } userErrors { code } } }"
    refused = {"leaver": both.account_id, "successor": heir.account_id}
    assert codes(run(hand, refused, organiser)) == ["FORBIDDEN"], "this organiser doesn't govern an investor's role"
    done = answer(run(hand, {"leaver": leaver.account_id, "successor": heir.account_id}, organiser))
    assert done["memberships"] == [{"role": "REVIEWER", "account": {"name": "heir"}}]
    own = both.memberships[0].id
    assert codes(run(end, {"id": own}, heir)) == ["NOT_FOUND"]
    assert codes(run(end, {"id": own}, organiser)) == []
    mine = both.memberships[1].id
    assert codes(run(end, {"id": mine}, organiser)) == ["NOT_FOUND"]
    assert codes(run(end, {"id": mine}, both)) == [], "one's own"
    with database.read() as session:
        assert accounts.held_by(session, str(both.account_id)) == ()
