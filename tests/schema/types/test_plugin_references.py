"""Rows of core that plugins' functions return are shown by core's rules, by whichever executor and however deep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode

from plugins.host.contributions.contributions import Field, Mutation, ObjectType, Query, Subscription, TypeField
from plugins.host.host import Host
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.execute import execute, prepare, subscribe
from schema.request.context import Services, open_context
from schema.types.build import build_schema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.plugins.support import plugin
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

PUBLIC, HIDDEN = ("lidar", "bank"), ("draft", "closed", "archived")
"""Names of sample projects that everybody may see, and of those that the public may not."""

FORMS: dict[str, Callable[[Any, str], Any]] = {
    "id": lambda context, identifier: identifier,
    "row": lambda context, identifier: context.session.get(models.Project, identifier),
    "object": lambda context, identifier: SimpleNamespace(id=identifier, name={"en": "forged"}),
    "mapping": lambda context, identifier: {"id": identifier, "name": {"en": "forged"}},
}
"""The forms in which a plugin's function may refer to a project."""


class Pair:
    def __init__(self, project: Any) -> None:
        self.project = project
        self.others = [project, None]
        self.title = "mine"


def referring(form: Callable[[Any, str], Any], ids: Sequence[str]) -> Any:
    def every(context: Any) -> list[Any]:
        return [form(context, each) for each in ids]

    async def stream(context: Any) -> AsyncIterator[Any]:
        for each in ids:
            yield form(context, each)

    text = {"description": "What a test adds."}
    pair = ObjectType(name="Pair", description="Two.", fields=[
        TypeField(name="project", type="Project", **text),
        TypeField(name="others", type="[Project]!", **text),
        TypeField(name="title", type="String!", **text),
    ])  # fmt: skip
    deep = ObjectType(name="Deep", description="Deeper.", fields=[TypeField(name="pairs", type="[Pair!]!", **text)])
    return plugin("alpha", {
        "register_types": [pair, deep],
        "register_fields": [
            Field(on="Place", name="best", type="[Project!]!", **text,
                  resolve=lambda parents, context: [every(context) for _ in parents]),
            Field(on="Place", name="one", type="Project", **text,
                  resolve=lambda parents, context: [every(context)[-1] for _ in parents]),
            Field(on="Pair", name="kind", type="String", **text,
                  resolve=lambda parents, context: [type(parent).__name__ for parent in parents]),
        ],
        "register_queries": [
            Query(name="all", type="[Project!]!", resolve=every, **text),
            Query(name="nodes2", type="[Node!]!", resolve=every, **text),
            Query(name="deep", type="Deep", **text,
                  resolve=lambda context: {"pairs": [Pair(each) for each in every(context)]}),
        ],
        "register_mutations": [
            Mutation(name="touch", type="Project", resolve=lambda context: every(context)[-1], **text)
        ],
        "register_subscriptions": [Subscription(name="touched", type="Project", subscribe=stream, **text)],
    }, permissions=("mutations",))  # fmt: skip


class Asked:
    """Both executors, and who asks."""

    def __init__(self, database: Database, samples: SampleRecords, form: str, names: Sequence[str]) -> None:
        host = Host.load(plugins=[referring(FORMS[form], [samples[name] for name in names])], expected=(SchemaError,))
        assert host.state("alpha").state == "ACTIVE", host.state("alpha")
        self.schema = build_schema(host)
        self.services = Services(database, Settings(), self.schema.registry, host=host)
        self.planner = Planner(self.schema, self.services)

    def data(self, text: str, actor: Actor) -> Any:
        """The data by the reference executor, which is that of the planner, where it answers."""
        reference = execute(self.schema, self.services, actor, text)
        assert not reference.errors, reference.errors
        document = prepare(self.schema, text)
        assert isinstance(document, DocumentNode)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if operation.operation.value == "query":
            opened = partial(open_context, self.services, actor)
            try:
                planned = self.planner.find(text, document, operation, actor.role)
                assert self.planner.answer(planned, Call(actor, (), {}, opened)).data == reference.data
            except NotCompilable:
                pass
        return reference.data


@pytest.mark.parametrize("form", FORMS)
def test_what_the_reader_may_not_see_is_left_out_wherever_it_stands(
    form: str, database: Database, samples: SampleRecords
) -> None:
    names = [*PUBLIC, *HIDDEN]
    asked = Asked(database, samples, form, names)
    text = """{
      all { id name(lang: EN) }
      nodes2 { id }
      deep { pairs { title kind project { id name(lang: EN) } others { id } } }
      places(first: 3) { edges { node { best { id } one { id } } } }
    }"""
    data = asked.data(text, Actor.public())
    public = [samples[name] for name in PUBLIC]
    assert [each["id"] for each in data["all"]] == public
    assert "forged" not in str(data), "what is shown is core's row, whatever the plugin says of it"
    assert [each["id"] for each in data["nodes2"]] == public
    pairs = data["deep"]["pairs"]
    assert [each["project"] and each["project"]["id"] for each in pairs] == [*public, None, None, None]
    assert [len(each["others"]) for each in pairs] == [2, 2, 1, 1, 1]
    assert {(each["title"], each["kind"]) for each in pairs} == {("mine", "Pair")}
    for edge in data["places"]["edges"]:
        assert [each["id"] for each in edge["node"]["best"]] == public
        assert edge["node"]["one"] is None


def test_another_reader_sees_what_it_may(database: Database, samples: SampleRecords) -> None:
    asked = Asked(database, samples, "id", [*PUBLIC, *HIDDEN])
    seen = {
        role: [each["id"] for each in asked.data("{ all { id } }", samples.as_(role))["all"]]
        for role in (Role.INVESTOR, Role.ORGANISER)
    }
    assert seen[Role.INVESTOR] == [samples[name] for name in (*PUBLIC, "closed")]
    assert set(seen[Role.ORGANISER]) >= {samples[name] for name in (*PUBLIC, "draft", "closed")}


def test_mutations_and_subscriptions_show_no_more(database: Database, samples: SampleRecords) -> None:
    asked = Asked(database, samples, "row", [PUBLIC[0], "draft"])
    assert asked.data("mutation { touch { id } }", Actor.public()) == {"touch": None}

    async def events() -> list[Any]:
        found = await subscribe(asked.schema, asked.services, Actor.public(), "subscription { touched { id } }")
        return [event.data["touched"] async for event in found]  # type: ignore[union-attr]

    assert asyncio.run(events()) == [{"id": samples[PUBLIC[0]]}, None]


@pytest.mark.parametrize("wrong", [7, {"name": "no id"}, ["prj_1"]])
def test_what_is_no_reference_is_the_plugins_failure(wrong: Any, database: Database, samples: SampleRecords) -> None:
    query = Query(name="wrong", type="Project", description="Wrong.", resolve=lambda context: wrong)
    host = Host.load(plugins=[plugin("alpha", {"register_queries": [query]})], expected=(SchemaError,))
    schema = build_schema(host)
    services = Services(database, Settings(), schema.registry, host=host)
    answer = execute(schema, services, Actor.public(), "{ wrong { id } }")
    assert answer.data == {"wrong": None}
    assert answer.errors
    assert answer.errors[0].extensions["code"] == "PLUGIN_FAILED"
    assert host.state("alpha").failures == 1


@pytest.mark.parametrize("wrong", ["", "inv_1", "prj_unknown"])
def test_an_id_of_nothing_is_null(wrong: str, database: Database, samples: SampleRecords) -> None:
    query = Query(name="wrong", type="Project", description="Wrong.", resolve=lambda context: wrong)
    host = Host.load(plugins=[plugin("alpha", {"register_queries": [query]})], expected=(SchemaError,))
    schema = build_schema(host)
    services = Services(database, Settings(), schema.registry, host=host)
    assert execute(schema, services, Actor.public(), "{ wrong { id } }").data == {"wrong": None}
