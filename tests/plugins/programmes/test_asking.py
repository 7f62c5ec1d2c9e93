"""The programmes over GraphQL: what docs/programmes.md asks is answered as the sources say, by both executors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import build_schema
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings
from tests.plugins.programmes.support import PROGRAMMES, ROOT, host_with
from tests.schema.compiled.changes import execute_by_both

pytestmark = pytest.mark.nightly_on_postgresql

Ask = Callable[..., dict[str, Any]]


def asking(database: Database, names: tuple[str, ...]) -> Ask:
    """A function that asks a server with these of the three plugins, as anybody without a key."""
    host = host_with(names)
    schema = build_schema(host)
    services = Services(database=database, settings=Settings(), registry=schema.registry, host=host)

    planner = Planner(schema, services)

    def ask(document: str, **variables: Any) -> dict[str, Any]:
        answer = execute_by_both(
            planner, Actor.public(), document, variables=variables, languages=("en",), queries=document in DOCUMENTED
        )
        assert not answer.errors, answer.errors
        assert answer.data is not None
        return answer.data

    return ask


@pytest.fixture(scope="session")
def ask(programmes: Database) -> Ask:
    """Ask a server with all three."""
    return asking(programmes, PROGRAMMES)


def nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes of a connection."""
    return [edge["node"] for edge in page["edges"]]


def documented() -> Iterator[str]:
    """The queries of docs/programmes.md, in their order."""
    text = (ROOT / "docs" / "programmes.md").read_text("utf-8")
    yield from re.findall(r"```graphql\n(.*?)```", text, re.DOTALL)


DOCUMENTED = TRACKS, CLAIMS, SIGNING, PLACES = tuple(documented())
IN_TWO = {"big-data", "blockchain", "internet-of-things", "virtual-reality"}


def test_tracks_with_their_fields_and_in_how_many_tracks_each_stands(ask: Ask) -> None:
    [programme] = [node for node in nodes(ask(TRACKS)["programmes"]) if node["tracks"]]
    tracks = programme["tracks"]
    assert [(track["code"], len(track["fields"])) for track in tracks] == [
        ("life-health", 8),
        ("digital-economy", 8),
        ("green-low-carbon", 5),
        ("advanced-manufacturing", 9),
        ("future-cultural", 14),
    ]
    assert [track["code"] for track in tracks if track["openEnded"]] == ["green-low-carbon", "advanced-manufacturing"]
    counted = Counter(field["notation"] for track in tracks for field in track["fields"])
    assert (counted.total(), len(counted)) == (44, 40)
    assert {field["notation"]: field["trackCount"] for track in tracks for field in track["fields"]} == counted
    assert {name for name, count in counted.items() if count == 2} == IN_TWO


def test_fields_can_be_found_by_the_number_of_their_tracks(ask: Ask) -> None:
    answer = ask(
        "{ concepts(filter: {trackCount: {atLeast: 2}}, first: 50) { edges { node { notation tracks { code } } } } }"
    )
    found = {node["notation"]: {track["code"] for track in node["tracks"]} for node in nodes(answer["concepts"])}
    assert set(found) == IN_TWO
    assert all(tracks == {"digital-economy", "future-cultural"} for tracks in found.values())


def test_both_claims_on_returned_talents_with_their_sources(ask: Ask) -> None:
    found = nodes(ask(CLAIMS)["claims"])
    assert {(node["value"], node["qualifier"], node["source"]["title"]) for node in found} == {
        ("4000", "OVER", "CHINAOCS, a carrier for Dalian City to introduce advanced innovation talents for 20 years"),
        ("3500", "OVER", "The 20th China Overseas Scholar Innovation Summit in London Tech Week"),
    }
    assert all(node["quote"] for node in found)


def test_the_origins_of_the_signing_add_up_to_23(ask: Ask) -> None:
    [signing] = [node for node in nodes(ask(SIGNING)["events"]) if node["name"] == "Project signing ceremony"]
    [signed] = [
        claim for claim in signing["claims"]
        if claim["measure"] == "projects_signed" and {part["dimension"] for part in claim["breakdown"]} == {"origin"}
    ]  # fmt: skip
    [origin] = signed["breakdown"]
    assert {part["category"]: part["value"] for part in origin["parts"]} == {"OVERSEAS": "6", "DOMESTIC": "17"}
    assert sum(Decimal(part["value"]) for part in origin["parts"]) == Decimal(signed["value"]) == 23
    assert not any(part["computed"] for part in origin["parts"]), "nothing is left unstated"
    [amount] = [claim for claim in signing["claims"] if claim["measure"] == "contracted_amount"]
    assert (amount["value"], amount["unit"]) == ("1500000000", "CNY")
    assert Counter(link["project"]["kind"] for link in signing["projects"])["FUND"] == 2


def test_the_pool_shows_its_unstated_rest(ask: Ask) -> None:
    answer = ask(
        '{ claims(filter: {measure: ["projects_screened"]}, first: 10) {'
        "  edges { node { value breakdown { dimension parts { category value computed } } } } } }"
    )
    [pool] = [node for node in nodes(answer["claims"]) if node["breakdown"]]
    [fields] = pool["breakdown"]
    assert (pool["value"], fields["dimension"]) == ("228", "field")
    assert fields["parts"][-1] == {"category": "UNSTATED", "value": "42", "computed": True}


def test_the_path_of_kunshan_and_the_priorities_of_both_cities_with_quotes(ask: Ask) -> None:
    cities = {node["name"]: node for node in nodes(ask(PLACES)["places"])}
    assert [place["name"] for place in cities["Kunshan"]["path"]] == ["China", "Jiangsu", "Suzhou", "Kunshan"]
    wanted = {name: [priority["name"] for priority in city["priorities"]] for name, city in cities.items()}
    assert wanted == {
        "Dalian": [
            "New generation of information technology",
            "Artificial intelligence",
            "Big data",
            "Advanced manufacturing",
            "Biotechnology",
            "New energy",
        ],
        "Kunshan": [
            "Optoelectronics",
            "High-end food",
            "Renewable energy",
            "Life sciences",
            "Low-altitude economy",
            "Metaverse",
        ],
    }
    for city in cities.values():
        for priority in city["priorities"]:
            assert priority["name"].lower() in priority["quote"].lower()
            assert priority["source"]["title"]
            assert [industry["name"] for industry in priority["industries"]] == [priority["name"]]


def test_the_stages_of_the_competition_with_scope_and_partial_dates(ask: Ask) -> None:
    answer = ask(
        "{ events(filter: {type: [COMPETITION]}, first: 10) { edges { node { name parent { name }"
        "  children { type ordinal mode starts { text } ends { text } advancement { scope rule } } } } } }"
    )
    [competition] = [node for node in nodes(answer["events"]) if node["name"].startswith("2024")]
    assert competition["parent"]["name"].startswith("26th Annual Conference")
    stages = [stage for stage in competition["children"] if stage["ordinal"]]
    assert [stage["type"] for stage in stages][:4] == ["REGISTRATION", "PRELIMINARY_REVIEW", "DEFENCE", "FINAL"]
    assert stages[0]["ends"]["text"] == "2024-05-late"
    assert stages[1]["advancement"]["scope"] == "AREA"
    assert stages[3]["starts"]["text"] == "2024-07-mid"


def test_the_named_investors_say_nothing_that_the_source_does_not(ask: Ask) -> None:
    answer = ask("{ investors(first: 50) { edges { node { type stages thesis cheque { __typename } fictional } } } }")
    found = nodes(answer["investors"])
    assert len(found) == 9
    assert all(node["type"] == "OTHER" and not node["stages"] and node["cheque"] is None for node in found)
    assert not any(node["thesis"] or node["fictional"] for node in found)


def test_every_claim_is_reached_from_what_it_is_about(ask: Ask) -> None:
    """A figure that only a list of all figures shows would be found by nobody."""
    document = """query ($after: String) {
      claims(first: 100, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } edges { node { id subject { __typename } } }
      }
    }"""
    page = ask(document)["claims"]
    found = nodes(page)
    while page["pageInfo"]["hasNextPage"]:
        page = ask(document, after=page["pageInfo"]["endCursor"])["claims"]
        found += nodes(page)
    assert len({node["id"] for node in found}) == len(found) == page["totalCount"]
    kinds = {node["subject"]["__typename"] for node in found}
    declared = ask("{ __schema { types { name fields { name } } } }")["__schema"]["types"]
    with_claims = {each["name"] for each in declared if "claims" in {field["name"] for field in each["fields"] or ()}}
    assert kinds <= with_claims
