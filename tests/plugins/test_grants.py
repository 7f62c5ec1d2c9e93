"""`judging`, a plugin that shows single projects to single reviewers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.host.contributions.contributions import Grant, Implementation, PluginHook, Service
from plugins.host.errors import PluginFailedError
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.request.context import open_plugin_context
from schema.types.build import RoadshowSchema
from store.access.actors import Actor, HeldRole
from store.enums import Role, ScopeKind
from store.models import Account, Change, Membership
from store.models.base import now
from tests.plugins.rooms import ORGANISER, Rooms, imported, loaded, opened
from tests.plugins.support import plugin as plugin_of
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql

SEEN = """query($id: ID!) {
  node(id: $id) { id } nodes(ids: [$id]) { id } project(id: $id) { name team { id } trackAssignments { id } }
  projects(filter: {search: "secret"}) { totalCount nodes { id name } }
  search(query: "secret", types: [PROJECT]) { totalCount nodes { id } }
  projectFacets { byStatus { buckets { value count } } } }"""
ASSIGN = "mutation($p: ID!, $a: ID!, $u: DateTime) { assignReviewer(project: $p, account: $a, until: $u) { id } }"


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    with imported(Path(__file__).parent / "judging") as module:
        yield module


@pytest.fixture(scope="module")
def plugin(module: Any) -> Iterator[tuple[Host, RoadshowSchema]]:
    with loaded(module) as plugin:
        yield plugin


@pytest.fixture(scope="module", params=databases.BACKENDS)
def served(
    plugin: tuple[Host, RoadshowSchema], shared_directory: Path, request: pytest.FixtureRequest
) -> Iterator[Rooms]:
    with opened(*plugin, request.param, shared_directory) as rooms:
        yield rooms


@pytest.fixture
def rooms(served: Rooms, module: Any) -> Iterator[Rooms]:
    yield served
    with served.database.write(Actor.system("test")) as session:
        for row in session.scalars(select(module.Assignment)):
            session.delete(row)


def reviewer(rooms: Rooms, name: str, role: Role = Role.REVIEWER, **options: Any) -> Actor:
    with rooms.database.write(Actor.system("test")) as session:
        account = Account(name=name)
        session.add(account)
        session.flush()
        member = Membership(account_id=account.id, role=role, scope_kind=ScopeKind.INSTALLATION, **options)
        session.add(member)
    held = HeldRole(member.id, role, ScopeKind.INSTALLATION)
    return Actor(role, account.id, account_id=account.id, held=held)


def sees(rooms: Rooms, actor: Actor) -> set[bool]:
    """Whether each path shows the draft."""
    draft = rooms.samples["draft"]
    data = rooms.ask(SEEN, actor, id=draft)
    counted = {each["value"] for each in data["projectFacets"]["byStatus"]["buckets"]}
    return {
        data["node"] == {"id": draft},
        data["nodes"] == [{"id": draft}],
        data["project"] is not None and data["project"]["name"] == "Secret draft",
        data["project"] is not None and len(data["project"]["trackAssignments"]) == 1,
        data["projects"]["totalCount"] == 1 and data["projects"]["nodes"][0]["id"] == draft,
        data["search"]["totalCount"] == 1,
        "DRAFT" in counted,
    }


def test_an_assigned_reviewer_sees_one_draft_and_nobody_else_does(rooms: Rooms) -> None:
    ann, ben = reviewer(rooms, "Ann"), reviewer(rooms, "Ben")
    assert (sees(rooms, ann), sees(rooms, ben)) == ({False}, {False})
    rooms.change(ASSIGN, p=rooms.samples["draft"], a=ann.account_id)
    assert (sees(rooms, ann), sees(rooms, ben)) == ({True}, {False})
    for other in (Actor.public(), rooms.samples.as_(Role.REVIEWER), rooms.samples.as_(Role.INVESTOR)):
        assert sees(rooms, other) == {False}, other.role
    hidden = "{ projects(first: 100) { nodes { id } } }"
    more = {each["id"] for each in rooms.ask(hidden, ann)["projects"]["nodes"]}
    usual = {each["id"] for each in rooms.ask(hidden, ben)["projects"]["nodes"]}
    assert more - usual == {rooms.samples["draft"]}


def test_it_ends_on_its_day_and_with_the_membership(rooms: Rooms) -> None:
    draft, moment = rooms.samples["draft"], now()
    ended, going_on = reviewer(rooms, "Cy"), reviewer(rooms, "Di")
    rooms.change(ASSIGN, p=draft, a=ended.account_id, u=(moment - timedelta(minutes=1)).isoformat())
    rooms.change(ASSIGN, p=draft, a=going_on.account_id, u=(moment + timedelta(days=1)).isoformat())
    assert (sees(rooms, ended), sees(rooms, going_on)) == ({False}, {True})
    left = reviewer(rooms, "Eve", begins_at=moment - timedelta(days=2), ends_at=moment - timedelta(days=1))
    rooms.change(ASSIGN, p=draft, a=left.account_id)
    assert sees(rooms, left) == {False}


def test_it_holds_in_the_role_that_it_names_alone_and_lets_nobody_write(rooms: Rooms) -> None:
    investor, ann = reviewer(rooms, "Flo", Role.INVESTOR), reviewer(rooms, "Ann")
    for actor in (investor, ann):
        rooms.change(ASSIGN, p=rooms.samples["draft"], a=actor.account_id)
    assert sees(rooms, investor) == {False}
    update = """mutation($id: ID!) { updateProject(id: $id, input: {website: "https://example.org"}) {
      userErrors { code } } }"""
    assert rooms.change(update, ann, id=rooms.samples["draft"])["userErrors"] == [{"code": "FORBIDDEN"}]


def test_it_is_in_the_change_log_of_the_record(rooms: Rooms) -> None:
    ann = reviewer(rooms, "Ann")
    rooms.change(ASSIGN, p=rooms.samples["draft"], a=ann.account_id)
    with rooms.database.read() as session:
        logged = session.scalars(select(Change).where(Change.entity_type == "judging_assignment")).all()
    assert {(each.owner_id, each.actor_id) for each in logged if each.after} >= {(rooms.samples["draft"], ORGANISER.id)}


def test_what_could_not_hold_is_refused(module: Any) -> None:
    given = {"on": "Project", "model": module.Assignment, "description": "A test's."}
    for roles in ([], ["PUBLIC"], ["ADMIN"]):
        with pytest.raises(ValueError, match="PUBLIC"):
            Grant(**given, roles=roles)
    with pytest.raises(ValueError, match=r"must mix in models\.Grant"):
        Grant(**{**given, "model": Account}, roles=["REVIEWER"])
    asking = plugin_of("asking", {"register_grants": [Grant(**given, roles=["REVIEWER"])]})
    state = Host.load(plugins=[asking]).state("asking")
    assert Permission.GRANTS in str(state.reason)


def test_another_plugin_calls_its_service_of_a_version_that_it_knows(rooms: Rooms) -> None:
    ann = reviewer(rooms, "Ann")
    rooms.change(ASSIGN, p=rooms.samples["draft"], a=ann.account_id)
    with open_plugin_context(rooms.place.services, "another") as context:
        assert context.call("judging.assigned", ">=1,<2", account=ann.account_id) == [rooms.samples["draft"]]
        with pytest.raises(LookupError, match=r"has the version 1\.1, not >=2"):
            context.call("judging.assigned", ">=2", account=ann.account_id)
        with pytest.raises(LookupError, match=r"did you mean 'judging\.assigned'"):
            context.call("judging.asigned", ">=1", account=ann.account_id)
        with pytest.raises(PluginFailedError):
            context.call("judging.assigned", ">=1", who="nobody")


HOOK = PluginHook(name="asking.places", version="1.2", description="Places to meet.")


def answering(name: str, run: Any, versions: str = ">=1,<2") -> Any:
    given = [Implementation(hook="asking.places", versions=versions, run=run)]
    return plugin_of(name, {"register_services": given}, after=frozenset({"asking"}))


def test_plugins_answer_another_s_hook_and_one_that_fails_is_left_out(rooms: Rooms) -> None:
    def broken(context: Any, city: str) -> list[str]:
        raise RuntimeError("lost")

    asking = plugin_of("asking", {"register_services": [HOOK]})
    first, second = answering("first", lambda context, city: [f"{city} hall"]), answering("second", broken)
    third = answering("third", lambda context, city: context.actor.role)
    host = Host.load(plugins=[third, asking, second, first])
    assert {each.state for each in host.states()} == {"ACTIVE"}
    services = dataclasses.replace(rooms.place.services, host=host)
    with open_plugin_context(services, "asking") as context:
        answers = context.ask_plugins("asking.places", city="Kunshan")
        assert answers == [("first", ["Kunshan hall"]), ("third", context.actor.role)]
        with pytest.raises(LookupError, match=r"declares the hook 'asking\.place'"):
            context.ask_plugins("asking.place")
    assert host.state("second").failures == 1


def test_an_answer_to_no_hook_or_another_version_is_left_out() -> None:
    asking = plugin_of("asking", {"register_services": [HOOK]})
    old = answering("old", lambda context, city: [], ">=2")
    assert "has the version 1.2" in str(Host.load(plugins=[asking, old]).state("old").reason)
    stray = plugin_of("stray", {"register_services": [Implementation(hook="asking.plces", versions=">=1", run=print)]})
    assert "did you mean 'asking.places'" in str(Host.load(plugins=[asking, stray]).state("stray").reason)
    with pytest.raises(ValueError, match="is no range"):
        Implementation(hook="asking.places", versions="new", run=print)


def test_a_service_is_named_after_its_plugin() -> None:
    service = Service(name="judging.other", version="1.0", description="A test's.", run=lambda context: None)
    state = Host.load(plugins=[plugin_of("asking", {"register_services": [service]})]).state("asking")
    assert "must be named 'asking.…'" in str(state.reason)
    with pytest.raises(ValueError, match="is no version"):
        Service(name="asking.one", version="new", description="A test's.", run=lambda context: None)
