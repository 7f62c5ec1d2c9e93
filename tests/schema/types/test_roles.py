"""`competing`, a plugin with roles and a scope of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.accounts.texts import TEXTS
from plugins.host.contributions.contributions import MemberRole, MemberScope
from plugins.host.host import Host
from schema.types.build import RoadshowSchema
from store.access import keys
from store.access.accounts import actor_of, create_account, end_membership, held_by
from store.access.actors import Actor
from store.accounts.invitations import accept
from store.enums import Role, ScopeKind
from store.models import Account, ApiKey, Invitation, Membership
from tests.plugins.rooms import ORGANISER, Rooms, imported, loaded, opened
from tests.plugins.support import a_query
from tests.plugins.support import plugin as plugin_of
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql

SEEN = "{ contestEntries { totalCount nodes { name remark } } }"
CREATE = "mutation($n: [LocalizedTextInput!]!) { createContestEntry(input: {name: $n}) { contestEntry { id } } }"
INVITE = """mutation($role: Role!, $kind: ScopeKind!, $scope: ID) {
  invite(people: [{email: "jo@example.org"}], role: $role, scopeKind: $kind, scope: $scope) {
    invitations { id role scopeKind scope { id } } userErrors { code field message } } }"""


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    with imported(Path(__file__).parents[2] / "plugins" / "competing") as module:
        yield module


@pytest.fixture(scope="module")
def plugin(module: Any) -> Iterator[tuple[Host, RoadshowSchema]]:
    with loaded(module) as plugin:
        yield plugin


@pytest.fixture(scope="module", params=databases.BACKENDS)
def rooms(
    plugin: tuple[Host, RoadshowSchema], shared_directory: Path, request: pytest.FixtureRequest
) -> Iterator[Rooms]:
    with opened(*plugin, request.param, shared_directory) as rooms:
        yield rooms


@pytest.fixture(scope="module")
def entries(rooms: Rooms) -> list[str]:
    return [
        rooms.change(CREATE, n=[{"language": "en", "text": name}])["contestEntry"]["id"]
        for name in ("Kite", "Boat", "Lamp")
    ]


def member(rooms: Rooms, role: Role, kind: ScopeKind, *scopes: str | None) -> Actor:
    """An account that holds a role in some scopes."""
    with rooms.database.write(Actor.system("test")) as session:
        account = create_account(
            session, f"{role.lower()}{len(session.scalars(select(Account)).all())}@example.org", "Jo"
        )
        session.add_all(
            Membership(account_id=account.id, role=role, scope_kind=kind, scope_id=scope) for scope in scopes
        )
        session.flush()
        return actor_of(account, held_by(session, account.id))


def judge(rooms: Rooms, *entries: str) -> Actor:
    return member(rooms, Role.named("JUDGE"), ScopeKind.named("ENTRY"), *entries)


def names(rooms: Rooms, actor: Actor) -> list[str]:
    return sorted(each["name"] for each in rooms.ask(SEEN, actor)["contestEntries"]["nodes"])


def test_a_judge_sees_and_writes_the_entries_of_all_its_memberships(rooms: Rooms, entries: list[str]) -> None:
    jo = judge(rooms, *entries[:2])
    assert names(rooms, jo) == ["Boat", "Kite"]
    update = """mutation($id: ID!) { updateContestEntry(id: $id, input: {remark: "Neat"}) {
      contestEntry { remark } userErrors { code } } }"""
    assert rooms.change(update, jo, id=entries[0]) == {"contestEntry": {"remark": "Neat"}, "userErrors": []}
    assert rooms.change(update, jo, id=entries[2])["contestEntry"] is None
    everywhere = member(rooms, Role.named("JUDGE"), ScopeKind.INSTALLATION, None)
    assert names(rooms, everywhere) == ["Boat", "Kite", "Lamp"]
    for other in (Actor.public(), rooms.samples.as_(Role.REVIEWER), judge(rooms)):
        assert names(rooms, other) == []


def test_in_core_a_judge_sees_what_everybody_with_a_key_sees(rooms: Rooms, entries: list[str]) -> None:
    count = "{ projects { totalCount } investors { totalCount } talents { totalCount } }"
    jo = judge(rooms, entries[0])
    assert rooms.ask(count, jo) == rooms.ask(count, Actor(Role.TALENT, id="key_x"))
    assert rooms.ask("{ juryRoom }", jo)["juryRoom"] == "Room 2"
    assert rooms.ask("{ juryRoom }", rooms.samples.as_(Role.REVIEWER))["errors"] == ["FORBIDDEN"]
    asked = "{ viewer { role memberships { role scopeKind scope { id } } } }"
    assert rooms.change(asked, jo) == {
        "role": "JUDGE",
        "memberships": [{"role": "JUDGE", "scopeKind": "ENTRY", "scope": {"id": entries[0]}}],
    }


def test_a_membership_that_ends_takes_the_entry_along(rooms: Rooms, entries: list[str]) -> None:
    jo = judge(rooms, *entries[:2])
    with rooms.database.write(Actor.system("test")) as session:
        ended = session.scalars(select(Membership).where(Membership.account_id == jo.account_id)).first()
        assert ended is not None
        end_membership(session, ended)
    assert len(names(rooms, jo)) == 1


def test_people_are_invited_to_it_and_get_keys(rooms: Rooms, entries: list[str]) -> None:
    invited = rooms.change(INVITE, role="JUDGE", kind="ENTRY", scope=entries[0])
    assert invited["userErrors"] == []
    assert invited["invitations"][0]["scope"] == {"id": entries[0]}
    wrong = rooms.change(INVITE, role="CHAIR", kind="INSTALLATION")
    assert "CHAIR can be held in ENTRY" in wrong["userErrors"][0]["message"]
    wrong = rooms.change(INVITE, role="JUDGE", kind="ENTRY", scope=rooms.samples["draft"])
    assert "begins with cpe_" in wrong["userErrors"][0]["message"]
    with rooms.database.write(Actor.system("test")) as session:
        account = create_account(session, "key@example.org", "Kay")
        session.add(Membership(account_id=account.id, role="JUDGE", scope_kind="ENTRY", scope_id=entries[1]))
        session.flush()
        (held,) = held_by(session, account.id)
        _, secret = keys.create_for_account(session, account, held, "a program")
        with pytest.raises(keys.ApiKeyError, match="Only an account can hold JUDGE"):
            keys.create(session, Role.named("JUDGE"), "a service")
    with rooms.database.read() as session:
        actor = keys.verify(session, secret)
    assert actor is not None
    assert names(rooms, actor) == ["Boat"]


def test_whom_the_plugin_names_gives_its_roles_in_its_scope(rooms: Rooms, entries: list[str]) -> None:
    chair = member(rooms, Role.named("CHAIR"), ScopeKind.named("ENTRY"), entries[0])
    assert rooms.change(INVITE, chair, role="JUDGE", kind="ENTRY", scope=entries[0])["userErrors"] == []
    for scope, role, kind in (
        (entries[1], "JUDGE", "ENTRY"),
        (None, "JUDGE", "INSTALLATION"),
        (None, "ADMIN", "INSTALLATION"),
    ):
        refused = rooms.change(INVITE, chair, role=role, kind=kind, scope=scope)["userErrors"]
        assert [each["code"] for each in refused] == ["FORBIDDEN"], (role, scope)
    judge(rooms, *entries[:2])
    listed = rooms.change("{ memberships(first: 100) { role scope { id } } }", chair)
    assert {each["scope"]["id"] for each in listed} == {entries[0]}
    assert rooms.change("{ memberships { id } }", judge(rooms, entries[0])) == []


def test_without_the_plugin_its_memberships_rest(rooms: Rooms, entries: list[str]) -> None:
    with rooms.database.write(Actor.system("test")) as session:
        account = create_account(session, "gone@example.org", "Gil")
        session.add(Membership(account_id=account.id, role="GONE", scope_kind="ENTRY", scope_id=entries[0]))
        session.add(ApiKey(account_id=account.id, role="GONE", name="gone", key_hash="x" * 64))
        session.flush()
        assert actor_of(account, held_by(session, account.id)).role is Role.PUBLIC
        assert session.scalars(select(Membership.role).where(Membership.account_id == account.id)).all() == ["GONE"]
    admin = Actor(Role.ADMIN)
    for listed in ("memberships", "apiKeys"):
        roles = {each["role"] for each in rooms.change(f"{{ {listed}(first: 100) {{ role }} }}", admin)}
        assert "GONE" not in roles
    gone = Actor(Role.named("GONE"), id="key_gone")
    with rooms.database.write(gone) as session:
        create_account(session, "by-gone@example.org", "Gus")
    log = rooms.change('{ auditLog(actor: "key_gone") { edges { node { actorRole } } } }', admin)
    assert log["edges"][0]["node"]["actorRole"] == "PUBLIC"


def test_an_accepted_invitation_is_a_membership(rooms: Rooms, entries: list[str]) -> None:
    from store.accounts import invitations

    with rooms.database.write(ORGANISER) as session:
        _, token = invitations.invite(
            session, "new@example.org", Role.named("JUDGE"), ScopeKind.named("ENTRY"), entries[2], name="Nia"
        )
        accepted = accept(session, token)
        assert accepted is not None
        (held,) = held_by(session, accepted.account.id)
        assert (held.role, held.scope_id) == ("JUDGE", entries[2])
        assert session.scalars(select(Invitation.role).where(Invitation.email == "new@example.org")).all() == ["JUDGE"]


def test_people_read_its_titles_and_the_schema_its_names(plugin: tuple[Host, RoadshowSchema]) -> None:
    assert TEXTS["JUDGE"]["zh"] == "评委"
    assert TEXTS["SCOPE_ENTRY"]["en"] == "Entries"
    text = plugin[1].as_str()
    assert '"""Judges entries."""\n  JUDGE' in text
    assert '"""An entry in a competition."""\n  ENTRY' in text


@pytest.mark.parametrize(
    ("contributed", "words"),
    [
        ({"register_queries": [a_query(visible_to=["JUGDE"])]}, "names the role 'JUGDE'"),
        (
            {
                "register_roles": [
                    MemberRole(name="JUDGE", title={"en": "J", "zh": "评"}, description="A.", scopes=["ENTRI"])
                ]
            },
            "names the scope 'ENTRI'",
        ),
        (
            {
                "register_roles": [
                    MemberScope(name="ENTRY", on="Entri", title={"en": "E", "zh": "作"}, description="A.")
                ]
            },
            "is on 'Entri', an entity which doesn't exist",
        ),
    ],
)
def test_what_nobody_declares_is_refused(module: Any, contributed: Any, words: str) -> None:
    from api.assembly.core_contributions import CORE_PARTS

    host = Host.load(plugins=[plugin_of("asking", contributed)], core=CORE_PARTS)
    assert words in str(host.state("asking").reason)


def test_what_is_wrong_in_itself_is_refused(module: Any) -> None:
    title = {"en": "Judge", "zh": "评委"}
    for name, words in (("judge", "upper-case"), ("REVIEWER", "is core's")):
        with pytest.raises(ValueError, match=words):
            MemberRole(name=name, title=title, description="A.", scopes=["EDITION"])
    with pytest.raises(ValueError, match="no title in zh"):
        MemberRole(name="JUDGE", title={"en": "Judge"}, description="A.", scopes=["EDITION"])
    with pytest.raises(ValueError, match="is core's"):
        MemberScope(name="TRACK", on="Track", title=title, description="A.")
