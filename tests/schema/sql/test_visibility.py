"""Who sees what: every type and field as each role, against a table; and no way around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult

from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.schema.samples import SampleRecords, make_samples
from tests.schema.walking import LISTED, fields_of
from tests.support import databases

Run = Callable[..., ExecutionResult]

EVERYBODY = frozenset(Role)
STAFF = frozenset({Role.ORGANISER, Role.ADMIN})
INSIDERS = frozenset({Role.INVESTOR, Role.PLANNER, Role.REVIEWER})

ROWS: Mapping[str, frozenset[Role]] = {
    "draft": STAFF | {Role.TALENT},
    "closed": STAFF | INSIDERS | {Role.SCOPED_ORGANISER},
    "archived": STAFF,
    "draft_investment": STAFF | {Role.TALENT},
    "draft_participation": STAFF | {Role.TALENT},
    "draft_claim": STAFF | {Role.TALENT},
    "draft_need": STAFF | {Role.PLANNER},
    "own_scenario": STAFF | {Role.PLANNER},
    "exclusion": STAFF | {Role.INVESTOR},
    "interest": STAFF | {Role.INVESTOR},
    "like": STAFF | {Role.INVESTOR, Role.TALENT} | {Role.SCOPED_ORGANISER},
    "rival_interest": STAFF | {Role.SCOPED_ORGANISER},
    "place_interest": STAFF | {Role.PLANNER} | {Role.SCOPED_ORGANISER},
    "match": STAFF | {Role.INVESTOR, Role.TALENT} | {Role.SCOPED_ORGANISER},
    "short_list": STAFF | {Role.INVESTOR} | {Role.SCOPED_ORGANISER},
    "meeting": STAFF | {Role.INVESTOR, Role.TALENT} | {Role.SCOPED_ORGANISER},
    "place_match": STAFF | {Role.PLANNER} | {Role.SCOPED_ORGANISER},
    "place_step": STAFF | {Role.PLANNER} | {Role.SCOPED_ORGANISER},
    "exposure": STAFF | {Role.INVESTOR} | {Role.SCOPED_ORGANISER},
    "snapshot": STAFF | {Role.INVESTOR},
    "own_document": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "draft_document": STAFF | {Role.TALENT},
    "term": STAFF,
    "merge": STAFF,
    "distinct_pair": STAFF,
    "correction": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "job": STAFF,
    "notification": STAFF,
}
"""Who sees each sample record. Whatever isn't named here, everybody sees. The talent owns the draft and
the like's project; the investor is the subject of `interest` and the like."""

FIELDS: Mapping[str, frozenset[Role]] = {
    "Talent.email": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "Talent.nationality": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "Talent.externalIds": STAFF,
    "Investor.externalIds": STAFF,
    "TeamMember.equityPercent": STAFF | INSIDERS | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "Mandate.exclusions": STAFF | {Role.INVESTOR},
    "Investor.interests": STAFF | {Role.INVESTOR},
    "Investor.matches": STAFF | {Role.INVESTOR},
    "Investor.snapshots": STAFF | {Role.INVESTOR},
    "Investor.rankedProjects": STAFF | {Role.INVESTOR},
    "Place.interests": STAFF | {Role.PLANNER},
    "Place.matches": STAFF | {Role.PLANNER},
    "Place.snapshots": STAFF | {Role.PLANNER},
    "Place.fitByTrack": STAFF | {Role.PLANNER},
    "Place.prioritiesVersion": STAFF | {Role.PLANNER},
    "Project.snapshots": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "Project.rankedInvestors": STAFF | {Role.TALENT} | {Role.SCOPED_ORGANISER},
    "Interest.reason": STAFF | {Role.INVESTOR, Role.PLANNER} | {Role.SCOPED_ORGANISER},
    "Match.note": frozenset({Role.ADMIN, Role.INVESTOR, Role.PLANNER}),
    "Interest.note": frozenset({Role.ADMIN, Role.INVESTOR, Role.PLANNER}),
}
"""Who may read each field of a row that they see. Whatever isn't named here, everybody may."""

SAMPLES = {
    "Project": "lidar", "TrackAssignment": "", "IndustryAssignment": "", "TeamMember": "member",
    "LandingPreference": "preference", "Award": "award", "Recommendation": "recommendation", "Talent": "owner",
    "Position": "position", "Organisation": "organisation", "Partnership": "partnership", "Investor": "investor",
    "InvestorTrack": "investor_track", "InvestorIndustry": "investor_industry", "InvestorExclusion": "exclusion",
    "Investment": "investment", "Place": "kunshan", "IndustryPriority": "priority", "MatchingNeed": "need",
    "Park": "park", "Programme": "programme", "Track": "health_track", "EventSeries": "series",
    "EventEdition": "edition", "Event": "event", "EventPlace": "event_place",
    "EventOrganisation": "organisation_role", "EventPerson": "person_role", "EventProject": "participation",
    "ConceptScheme": "scheme", "Concept": "medicine", "ConceptMapping": "mapping", "UnmappedTerm": "term",
    "StatisticalClaim": "total", "SourceDocument": "source", "ExchangeRate": "rate", "Interest": "like",
    "Match": "match", "MatchStep": "meeting", "Exposure": "exposure", "RankingSnapshot": "snapshot",
    "Scenario": "scenario", "Job": "job", "Notification": "notification", "Document": "document", "Merge": "merge",
    "DistinctPair": "distinct_pair",
    "CorrectionRequest": "correction",
    "Policy": "policy", "PolicySupport": "policy_support",
}  # fmt: skip
"""A record of each type, by its short name."""


def test_the_table_names_every_type(schema: RoadshowSchema) -> None:
    assert set(SAMPLES) == set(schema.registry.entities)


@pytest.fixture(scope="module")
def shared(shared_directory: Path) -> Iterator[tuple[Database, SampleRecords]]:
    """Sample records for all of these tests: they only read. `test_visibility_both` looks at PostgreSQL too."""
    with databases.fresh("sqlite", shared_directory) as url:
        opened = Database(url)
        yield opened, make_samples(opened)
        opened.dispose()


@pytest.fixture
def database(shared: tuple[Database, SampleRecords]) -> Database:
    return shared[0]


@pytest.fixture
def samples(shared: tuple[Database, SampleRecords]) -> SampleRecords:
    return shared[1]


@pytest.mark.parametrize("role", list(Role))
def test_every_field_of_every_type_as_each_role(
    run: Run, samples: SampleRecords, schema: RoadshowSchema, role: Role
) -> None:
    wrong = []
    for type_name, short in SAMPLES.items():
        identifier = samples.ids.get(short) or sample_link(run, samples, type_name)
        seen = role in ROWS.get(short, EVERYBODY)
        fields = dict(fields_of(schema._schema, type_name))
        got = outcomes(run, type_name, fields, identifier, samples.as_(role))
        for name in fields:
            coordinate = "Mandate.exclusions" if name == "mandate" else f"{type_name}.{name}"
            expected = "read" if role in FIELDS.get(coordinate, EVERYBODY) else "no"
            expected = expected if seen else "hidden"
            if got[name] != expected:
                wrong.append(f"{type_name}.{name}: {got[name]}, not {expected}")
    assert not wrong, "\n".join(wrong)


def outcomes(run: Run, type_name: str, fields: Mapping[str, str], identifier: str, actor: Actor) -> dict[str, str]:
    """For each field: hidden, read or no; anything else is a failure."""
    chosen = " ".join(name + below for name, below in fields.items())
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {type_name} {{ {chosen} }} }} }}"
    result = run(query, {"id": identifier}, actor)
    if result.data == {"node": None} and not result.errors:
        return dict.fromkeys(fields, "hidden")
    found = dict.fromkeys(fields, "read")
    for error in result.errors or ():
        code = error.extensions["code"]
        if code != "UNAVAILABLE":  # no recommender runs here, but one may ask it
            found[str((error.path or [])[1])] = "no" if code == "FORBIDDEN" else code
    return found


def sample_link(run: Run, samples: SampleRecords, type_name: str) -> str:
    """The id of a project's membership."""
    field = "trackAssignments" if type_name == "TrackAssignment" else "industryAssignments"
    result = run(f"query ($id: ID!) {{ project(id: $id) {{ {field} {{ id }} }} }}", {"id": samples["lidar"]})
    assert result.data
    return str(result.data["project"][field][0]["id"])


@pytest.mark.parametrize("role", list(Role))
def test_rows_of_every_type_as_each_role(run: Run, samples: SampleRecords, role: Role) -> None:
    ids = samples.nodes
    result = run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": list(ids.values())}, samples.as_(role))
    assert result.data
    found = {node["id"] for node in result.data["nodes"] if node}
    seen = {short for short, identifier in ids.items() if identifier in found}
    assert seen == {short for short in ids if role in ROWS.get(short, EVERYBODY)}


@pytest.mark.parametrize("role", list(Role))
def test_what_is_hidden_is_in_no_answer_at_all(
    run: Run, samples: SampleRecords, schema: RoadshowSchema, role: Role
) -> None:
    """Everything that a role can read of every list, field by field, holds no trace of what it may not see."""
    hidden = {samples[short] for short, roles in ROWS.items() if role not in roles}
    if role not in STAFF | {Role.TALENT}:
        hidden |= {"Secret draft", "secret lidar"}
    if role not in STAFF | {Role.PLANNER}:
        hidden.add("Secret need")
    for type_name, (_, many) in LISTED.items():
        chosen = " ".join(name + below for name, below in fields_of(schema._schema, type_name))
        page = f"{{ totalCount edges {{ node {{ {chosen} }} }} }}"
        archived = f"filter: {{archived: null}}, " if schema.registry.entities[type_name].archivable else ""  # noqa: F541
        result = run(f"{{ {camel(many)}({archived}first: 100) {page} }}", None, samples.as_(role))
        assert result.data, result.errors
        shown = orjson.dumps(result.data).decode()
        assert not [each for each in hidden if each in shown], type_name
        assert result.data[camel(many)]["totalCount"] == len(result.data[camel(many)]["edges"])


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.INVESTOR, Role.PLANNER, Role.REVIEWER])
def test_a_draft_leaves_no_trace_in_counts_search_facets_or_filters(
    run: Run, samples: SampleRecords, role: Role
) -> None:
    visible = 3 + (role is not Role.PUBLIC)
    result = run(
        """query ($draft: ID!, $track: ID!, $place: ID!, $owner: ID!) {
            all: projects { totalCount } byId: projects(filter: {id: [$draft]}) { totalCount }
            without: projects(filter: {not: {id: [$draft]}}) { totalCount }
            owned: projects(filter: {owner: [$owner]}) { totalCount }
            found: search(query: "secret lidar") { totalCount edges { node { id } } }
            facets: projectFacets { byTrack { total buckets { value count } } byStage { total } byStatus { total } }
            track(id: $track) { projects { totalCount } } place(id: $place) { projects { totalCount } }
            claims { totalCount } }""",
        {
            "draft": samples["draft"],
            "track": samples["health_track"],
            "place": samples["kunshan"],
            "owner": samples["owner"],
        },
        samples.as_(role),
    )
    assert result.errors is None
    assert result.data
    data = result.data
    assert data["all"] == {"totalCount": visible}
    assert data["without"] == {"totalCount": visible}
    assert data["byId"] == {"totalCount": 0}
    assert data["owned"] == {"totalCount": 1}
    assert data["found"] == {"totalCount": 0, "edges": []}
    assert {each["total"] for each in data["facets"].values()} == {visible}
    health = {bucket["value"]: bucket["count"] for bucket in data["facets"]["byTrack"]["buckets"]}
    assert health[samples["health_track"]] == 2
    assert data["track"]["projects"] == {"totalCount": 2}
    assert data["place"]["projects"] == {"totalCount": 1}
    assert data["claims"] == {"totalCount": 3}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "query",
    [
        "{ talents(orderBy: [{field: EMAIL}]) { totalCount edges { node { id } } } }",
        '{ talents(filter: {nationality: ["GB"]}) { totalCount } }',
        '{ talents(filter: {not: {or: [{nationality: ["GB"]}]}}) { totalCount } }',
    ],
)
def test_what_may_not_be_read_may_not_be_filtered_or_ordered_by(
    run: Run, samples: SampleRecords, role: Role, query: str
) -> None:
    result = run(query, None, samples.as_(role))
    codes = [error.extensions["code"] for error in result.errors or ()]
    # A talent reads its own address alone: an order of all by it would tell the others'.
    assert bool(codes) == (role not in STAFF)
    assert set(codes) <= {"FORBIDDEN"}


def test_a_talent_reads_its_own_address_and_no_others(run: Run, samples: SampleRecords) -> None:
    query = "{ talents(orderBy: [{field: NAME}]) { edges { node { name email } } } }"
    result = run(query, None, samples.as_(Role.TALENT))
    assert result.errors is None
    assert result.data
    assert [edge["node"] for edge in result.data["talents"]["edges"]] == [
        {"name": "Ada Example", "email": "ada@example.org"},
        {"name": "Ben Example", "email": None},
    ]


def test_an_investor_sees_its_own_interests_and_notes_alone(run: Run, samples: SampleRecords) -> None:
    query = "{ interests(orderBy: [{field: KIND}]) { totalCount edges { node { kind note } } } }"
    mine = run(query, None, samples.as_(Role.INVESTOR))
    assert mine.data
    assert mine.data["interests"]["totalCount"] == 2
    assert {edge["node"]["note"] for edge in mine.data["interests"]["edges"]} == {"too early", "call them"}
    organiser = run(query, None, samples.as_(Role.ORGANISER))
    assert organiser.data
    assert organiser.data["interests"]["totalCount"] == 4
    assert {edge["node"]["note"] for edge in organiser.data["interests"]["edges"]} == {None}


def test_an_actor_without_a_subject_owns_nothing(run: Run, samples: SampleRecords) -> None:
    for role in (Role.TALENT, Role.INVESTOR, Role.PLANNER):
        stray = Actor(role, id="key", subject_id=None)
        result = run("{ interests { totalCount } projects { totalCount } }", None, stray)
        assert result.errors is None
        assert result.data
        assert result.data["interests"] == {"totalCount": 0}
        assert result.data["projects"]["totalCount"] <= 4


def test_restricted_fields_can_be_null(schema: RoadshowSchema) -> None:
    """Else what one may not read would take what one may with it."""
    declared: list[Any] = [*schema.registry.entities.values(), *schema.registry.groups.values()]
    for each in declared:
        for name, field in each.fields.items():
            assert field.readers is None or not field.type.endswith("!"), f"{each.name}.{name}"
