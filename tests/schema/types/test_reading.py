"""Entities, their fields and relations, as they are asked for."""

from __future__ import annotations

from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords


def test_a_project_with_its_relations(ask: Ask, samples: SampleRecords) -> None:
    data = ask(
        """query ($id: ID!) { project(id: $id) {
            id name chinese: name(lang: ZH) names { language text } kind technologyLevel technologyReadiness
            ask { minimum { amount currency } maximum { amount } } founded { text precision earliest latest year }
            origin { name path { name } } organisation { name } tracks { code } industries { name }
            team { talent { name } founder } awards { title rank event { name } }
            landingPreferences { place { name } weight } source { publisher }
        } }""",
        {"id": samples["lidar"]},
    )["project"]
    assert data["name"] == "Beam"
    assert data["chinese"] == "光束"
    assert data["names"] == [{"language": "en", "text": "Beam"}, {"language": "zh", "text": "光束"}]
    assert data["ask"] == {
        "minimum": {"amount": "1000000", "currency": "CNY"},
        "maximum": {"amount": "5000000.5"},
    }
    assert data["founded"] == {
        "text": "2021-03", "precision": "MONTH", "earliest": "2021-03-01", "latest": "2021-03-31", "year": 2021
    }  # fmt: skip
    assert [place["name"] for place in data["origin"]["path"]] == ["China", "Jiangsu", "Suzhou", "Kunshan"]
    assert [track["code"] for track in data["tracks"]] == ["health", "digital"]
    assert data["team"] == [{"talent": {"name": "Ada Example"}, "founder": True}]


def test_languages_fall_back_in_the_order_asked_for(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { project(id: $id) {
        first: name(lang: ["fr", "zh-Hant"]) second: name(lang: FR) third: name } }"""
    assert ask(query, {"id": samples["lidar"]})["project"] == {"first": "光束", "second": "Beam", "third": "Beam"}
    assert ask(query, {"id": samples["lidar"]}, languages=("zh",))["project"]["third"] == "光束"


def test_node_reads_the_type_off_the_id(ask: Ask, samples: SampleRecords) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Project { name } } }"
    unknown = ["", "nonsense", "prj_00000000000000000000000000", "zzz_00000000000000000000000000"]
    found = ask(query, {"ids": [samples["lidar"], samples["kunshan"], *unknown]})["nodes"]
    assert found[0] == {"__typename": "Project", "id": samples["lidar"], "name": "Beam"}
    assert found[1] == {"__typename": "Place", "id": samples["kunshan"]}
    assert found[2:] == [None] * 4
    assert ask('{ node(id: "") { id } }') == {"node": None}


def test_a_published_total_shows_what_its_parts_leave_unstated(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { claim(id: $id) { value qualifier subject { __typename }
        breakdown { dimension parts { category value computed claim { id } } } } }"""
    claim = ask(query, {"id": samples["total"]})["claim"]
    assert claim["qualifier"] == "OVER"
    assert claim["subject"] == {"__typename": "EventEdition"}
    parts = {part["category"]: (part["value"], part["computed"]) for part in claim["breakdown"][0]["parts"]}
    assert parts == {"health": ("99", False), "digital": ("87", False), "UNSTATED": ("42", True)}
