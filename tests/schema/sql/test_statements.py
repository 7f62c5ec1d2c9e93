"""One statement for each level and field, however many parents there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from schema.declarations import aliases
from schema.declarations.relations import Connection, Listing
from schema.execution.execute import execute
from schema.request.context import Services
from schema.sql.scope import Scope
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.samples import make_samples

DEEP = """{ projects(first: 100) { totalCount edges { node {
    name organisation { name place { name } } origin { name path { name } children { name } }
    tracks { name programme { name } } industries { name scheme { name } }
    team { title talent { name positions { title } } }
    investments(first: 5) { totalCount edges { node {
        stage investor { name mandate { tracks { track { name } } } } } } }
} } } }"""


@pytest.mark.parametrize("more", [0, 60])
def test_the_number_of_statements_doesnt_grow_with_the_rows(
    sqlite_database: Database, schema: RoadshowSchema, statements: Callable[[Database], Any], more: int
) -> None:
    samples = make_samples(sqlite_database)
    with sqlite_database.write(Actor.system("tests")) as session:
        for number in range(more):
            organisation = models.Organisation(name={"en": f"o{number}"}, type="ENTERPRISE", place_id=samples["suzhou"])
            session.add(organisation)
            project = models.Project(name={"en": f"p{number}"}, organisation_id=organisation.id,
                                     origin_place_id=samples["dalian"])  # fmt: skip
            session.add(project)
            session.flush()
            session.add(models.ProjectTrack(project_id=project.id, track_id=samples["health_track"]))
            session.add(models.ProjectConcept(project_id=project.id, concept_id=samples["medicine"]))
            session.add(models.TeamMember(project_id=project.id, talent_id=samples["owner"]))
            session.add(models.Investment(project_id=project.id, investor_id=samples["investor"]))
    services = Services(sqlite_database, Settings(), schema.registry)
    with statements(sqlite_database) as read:
        result = execute(schema, services, Actor.public(), DEEP)
    assert result.errors is None
    assert result.data
    assert len(result.data["projects"]["edges"]) == 3 + more
    # the page and its count; organisation, origin, tracks, industries, team, investments and their count;
    # place, path, children, programme, scheme, talent, investor; positions, mandate's tracks; their track
    fields = 2 + 7 + 7 + 2 + 1
    assert len(read) <= fields, "\n".join(read)


def test_what_may_belong_to_any_record_asks_for_the_rule_of_the_one_that_it_is_listed_below(
    schema: RoadshowSchema,
) -> None:
    registry = schema.registry
    scope = Scope(Actor.public(), ("en",), registry)
    tables = {each.table_name for each in registry.entities.values()}

    def asked(condition: object) -> set[str]:
        return tables.intersection(re.findall(r"\b(\w+) AS ", str(condition)))

    lists = [
        (owner, declaration.join)
        for owner in registry.entities.values()
        for declaration in owner.fields.values()
        if isinstance(declaration, Connection | Listing) and declaration.join is not None
        if declaration.join.column and declaration.join.column == registry.entities[declaration.join.target].subject
    ]
    assert {join.target for _, join in lists} >= {"Document", "StatisticalClaim"}
    targets = {join.target: registry.entities[join.target] for _, join in lists}
    everywhere = {name: asked(scope.visible(target, target.model)) for name, target in targets.items()}
    for owner, join in lists:
        target = targets[join.target]
        here = asked(scope.visible(target, target.model, listed_by=join))
        assert here <= asked(scope.visible(owner, owner.model)) | {owner.table_name}, (owner.name, join.target)
        assert len(here) < len(everywhere[join.target])


@pytest.mark.parametrize("role", [Role.TALENT, Role.SCOPED_ORGANISER])
def test_aliases_that_are_made_once_change_no_condition(
    schema: RoadshowSchema, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """Nor is one around a subquery that has it too, where the inner one would be taken for the outer."""
    subject = "tal_somebody" if role is Role.TALENT else "acc_somebody"
    scope = Scope(Actor(role, "key_some", subject), ("en",), schema.registry)

    def conditions() -> dict[str, str]:
        entities = schema.registry.entities.items()
        return {name: str(select(each.model.id).where(scope.visible(each, each.model))) for name, each in entities}

    def numberless(texts: dict[str, str]) -> dict[str, str]:
        return {name: re.sub(r"_\d+\b", "", text) for name, text in texts.items()}

    shared = conditions()
    assert {name: nested for name, text in shared.items() if (nested := nested_in_themselves(text))} == {}
    monkeypatch.setattr(aliases, "_alias", lambda model, place: aliased(model))
    assert numberless(conditions()) == numberless(shared)


def test_an_alias_nested_in_itself_is_noticed() -> None:
    outer, inner = (aliases.shared_alias(models.Place, "both") for _ in range(2))
    within = select(inner.parent_id).where(inner.id == "plc_1")
    assert nested_in_themselves(str(select(models.Project.id).where(exists().where(outer.id.in_(within)))))


def nested_in_themselves(statement: str) -> set[str]:
    """The aliases that a subquery defines although one around it does."""
    around: list[set[str]] = [set()]
    nested: set[str] = set()
    for token in re.findall(r"[()]|\bAS \w+", statement):
        if token == "(":
            around.append(set())
        elif token == ")":
            around.pop()
        else:
            nested |= {token} & set().union(*around[:-1])
            around[-1].add(token)
    return nested
