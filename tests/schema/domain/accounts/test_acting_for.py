"""Whoever acts for a project or an organisation has its projects as an owner does, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import ExecutionResult

from schema.domain.accounts.governing import given_roles, given_scopes
from store import models
from store.access.accounts import actor_of, add_membership, create_account, held_by
from store.access.actors import Actor
from store.database import Database
from store.enums import InterestKind, MatchStage, OrganisationType, ProjectStatus, Role, ScopeKind
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]
ALL = "{ projects(first: 100) { edges { node { id } } } }"
PRIVATE = """query ($id: ID!) { project(id: $id) { status snapshots { totalCount }
    interests { totalCount } matches { totalCount } } }"""


@dataclass
class Acting:
    """A draft of a company, another of nobody, and actors by what they act for."""

    draft: str
    other: str
    company: str
    rival: str
    actors: dict[str, Actor]


@pytest.fixture
def acting(database: Database, samples: SampleRecords) -> Acting:
    with database.write(Actor.system("tests")) as session:

        def add(row: Any) -> str:
            session.add(row)
            session.flush()
            return str(row.id)

        company = add(models.Organisation(name={"en": "A company"}, type=OrganisationType.ENTERPRISE))
        rival = add(models.Organisation(name={"en": "A rival"}, type=OrganisationType.ENTERPRISE))
        draft = add(models.Project(name={"en": "Draft"}, status=ProjectStatus.DRAFT, organisation_id=company))
        other = add(models.Project(name={"en": "Other"}, status=ProjectStatus.DRAFT))
        add(models.Interest(subject_id=samples["investor"], project_id=draft, kind=InterestKind.LIKE))
        talks = add(models.Match(subject_id=samples["investor"], project_id=draft, stage=MatchStage.MET))
        add(models.MatchStep(match_id=talks, stage=MatchStage.MET))
        add(models.RankingSnapshot(
            subject_id=draft, target="INVESTOR", model_version="x", weights={}, data_position=1, items=[]
        ))  # fmt: skip
        actors = {}
        for name, kind, scope in (
            ("project", ScopeKind.PROJECT, draft), ("organisation", ScopeKind.ORGANISATION, company),
            ("another project", ScopeKind.PROJECT, other), ("another organisation", ScopeKind.ORGANISATION, rival),
        ):  # fmt: skip
            account = create_account(session, f"{name.replace(' ', '.')}@example.org", name)
            add_membership(session, account, Role.TALENT, kind, scope)
            actors[name] = actor_of(account, held_by(session, account.id))
    return Acting(draft, other, company, rival, actors)


def codes(result: ExecutionResult) -> list[str]:
    assert result.errors is None, result.errors
    assert result.data
    return [error["code"] for error in result.data["done"]["userErrors"]]


@pytest.mark.parametrize("who", ["project", "organisation"])
def test_its_projects_are_read_and_edited_as_by_an_owner(run: Run, acting: Acting, who: str) -> None:
    actor = acting.actors[who]
    listed = run(ALL, None, actor)
    assert listed.data
    ids = {edge["node"]["id"] for edge in listed.data["projects"]["edges"]}
    assert acting.draft in ids
    assert acting.other not in ids
    one = {"totalCount": 1}
    read = run(PRIVATE, {"id": acting.draft}, actor).data
    assert read == {"project": {"status": "DRAFT", "snapshots": one, "interests": one, "matches": one}}
    edit = 'mutation { done: updateProject(id: "%s", input: {keywords: ["x"]}) { userErrors { code } } }'
    assert codes(run(edit % acting.draft, None, actor)) == []
    assert codes(run(edit % acting.other, None, actor)) == ["NOT_FOUND"]
    viewer = run("{ viewer { role subject { id } } }", None, actor).data
    assert viewer == {"viewer": {"role": "TALENT", "subject": {"id": actor.subject_id}}}


@pytest.mark.parametrize("who", ["another project", "another organisation"])
def test_others_see_nothing_of_it(run: Run, acting: Acting, who: str) -> None:
    actor = acting.actors[who]
    assert run(PRIVATE, {"id": acting.draft}, actor).data == {"project": None}
    for mutation in (
        f'updateProject(id: "{acting.draft}", input: {{keywords: ["x"]}})',
        f'setTeam(project: "{acting.draft}", members: [])',
        f'archiveProject(id: "{acting.draft}")',
    ):
        assert codes(run(f"mutation {{ done: {mutation} {{ userErrors {{ code }} }} }}", None, actor)) == ["NOT_FOUND"]


def test_an_organisation_enters_projects_of_its_own_and_a_project_none(run: Run, acting: Acting) -> None:
    create = """mutation ($more: ID) { done: createProject(input: {
        name: [{language: EN, text: "New"}], organisation: $more}) { project { organisation { id } owner { id } }
        userErrors { code } } }"""
    made = run("""mutation { done: createProject(input: {name: [{language: EN, text: "New"}]}) {
        project { organisation { id } owner { id } } userErrors { code } } }""",
               None, acting.actors["organisation"])  # fmt: skip
    assert made.data
    assert made.data["done"] == {"project": {"organisation": {"id": acting.company}, "owner": None}, "userErrors": []}
    assert codes(run(create, {"more": acting.rival}, acting.actors["organisation"])) == ["FORBIDDEN"]
    assert codes(run(create, {"more": acting.company}, acting.actors["project"])) == ["FORBIDDEN"]
    leave = f'updateProject(id: "{acting.draft}", input: {{organisation: null}})'
    actor = acting.actors["organisation"]
    assert codes(run(f"mutation {{ done: {leave} {{ userErrors {{ code }} }} }}", None, actor)) == ["FORBIDDEN"]


def test_they_invite_for_what_they_act_for_alone(
    run: Run, acting: Acting, database: Database, samples: SampleRecords
) -> None:
    invite = """mutation ($kind: ScopeKind!, $scope: ID!, $role: Role! = TALENT) { done: invite(
        people: [{email: "new@example.org"}], role: $role, scopeKind: $kind, scope: $scope, dryRun: true) {
        userErrors { code } } }"""
    owner = samples.as_(Role.TALENT)
    own = samples.as_(Role.SCOPED_ORGANISER)
    for actor, kind, scope, expected in (
        (acting.actors["project"], "PROJECT", acting.draft, []),
        (acting.actors["project"], "PROJECT", acting.other, ["FORBIDDEN"]),
        (acting.actors["project"], "ORGANISATION", acting.company, ["FORBIDDEN"]),
        (acting.actors["organisation"], "PROJECT", acting.draft, []),
        (acting.actors["organisation"], "ORGANISATION", acting.company, []),
        (acting.actors["organisation"], "ORGANISATION", acting.rival, ["FORBIDDEN"]),
        (acting.actors["another organisation"], "PROJECT", acting.draft, ["FORBIDDEN"]),
        (owner, "PROJECT", acting.draft, ["FORBIDDEN"]),
        (own, "PROJECT", samples["lidar"], []),
        (own, "PROJECT", acting.draft, ["FORBIDDEN"]),
        (samples.as_(Role.INVESTOR), "PROJECT", acting.draft, ["FORBIDDEN"]),
    ):
        result = run(invite, {"kind": kind, "scope": scope}, actor)
        assert codes(result) == expected, (actor.subject_id, kind, scope)
    with database.read() as session:
        offered = {name: [each for each, _ in given_scopes(actor, session, ScopeKind.PROJECT)]
                   for name, actor in acting.actors.items()}  # fmt: skip
        assert offered["project"] == offered["organisation"] == [acting.draft]
        assert offered["another organisation"] == []
        actor = acting.actors["organisation"]
        assert [each for each, _ in given_scopes(actor, session, ScopeKind.ORGANISATION)] == [acting.company]
        assert given_scopes(samples.as_(Role.PLANNER), session, ScopeKind.PLACE)
        assert given_scopes(samples.as_(Role.PUBLIC), session, ScopeKind.PROGRAMME) == []
    assert given_roles(acting.actors["project"]) == [Role.TALENT]
