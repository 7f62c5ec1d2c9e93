"""Policies of places, the classes of support that they offer, and who writes them."""

from __future__ import annotations

from typing import Any

from store.enums import Role
from tests.schema.conftest import Ask
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

CNY = {"currency": "CNY"}


FILTERS: list[tuple[dict[str, Any], bool]] = [
    ({"within": ["{jiangsu}"]}, True),
    ({"within": ["{dalian}"]}, False),
    ({"place": ["{kunshan}"]}, True),
    ({"supportClass": ["GRANT", "TAX"]}, True),
    ({"supportClass": ["HOUSING"]}, False),
    ({"amount": {**CNY, "atLeast": "5000000"}}, True),
    ({"amount": {**CNY, "atLeast": "5000000.01"}}, False),
    ({"amount": {**CNY, "atMost": "999999"}}, False),
    ({"amount": {"currency": "EUR"}}, False),
    ({"validOn": "2024-01-01"}, True),
    ({"validOn": "2023-12-31"}, False),
    ({"validOn": "2026-06-30"}, True),
    ({"validOn": "2026-07-01"}, False),
    ({"industry": {"concepts": ["{medicine}"]}}, True),
    ({"industry": {"concepts": ["{devices}"]}}, False),
    ({"track": ["{health_track}"]}, True),
    ({"track": ["{digital_track}"]}, False),
    ({"search": "founders"}, True),
]
"""Filters, with whether they find the sample."""


def test_policies_are_filtered(ask: Ask, samples: SampleRecords) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        return samples[value[1:-1]] if value.startswith("{") else value

    query = "query ($filter: PolicyFilter) { policies(filter: $filter) { totalCount } }"
    for given, expected in FILTERS:
        found = ask(query, {"filter": filled(given)})
        assert found == {"policies": {"totalCount": int(expected)}}, given


def test_a_place_shows_its_policies_with_their_support(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { place(id: $id) { policies { nodes { name validFrom { text } website
        organisation { name } industries { name } tracks { name }
        supports(filter: {value: {currency: "CNY", atLeast: "2000000"}}) { nodes {
            supportClass label value { minimum { amount } maximum { amount currency } } policy { name } } } } } } }"""
    (policy,) = ask(query, {"id": samples["kunshan"]})["place"]["policies"]["nodes"]
    assert (policy["name"], policy["validFrom"]["text"], policy["organisation"]) == (
        "Start-up grants", "2024", {"name": "Example Works"},
    )  # fmt: skip
    assert policy["supports"]["nodes"] == [
        {
            "supportClass": "GRANT", "label": "Class A", "policy": {"name": "Start-up grants"},
            "value": {"minimum": {"amount": "1000000"}, "maximum": {"amount": "5000000", "currency": "CNY"}},
        }
    ]  # fmt: skip
    found = ask("""{ policySupports(filter: {supportClass: [GRANT], validOn: "2025-01-01"}) { totalCount }
                     policyFacets { byPlace { buckets { count } } } }""")
    assert found == {"policySupports": {"totalCount": 1}, "policyFacets": {"byPlace": {"buckets": [{"count": 1}]}}}


CREATE = """mutation ($input: PolicyCreateInput!) { createPolicy(input: $input) {
    policy { id place { id } } userErrors { code field } } }"""
SUPPORT = """mutation ($input: PolicySupportCreateInput!) { createPolicySupport(input: $input) {
    policySupport { id supportClass } userErrors { code field } } }"""


def test_a_planner_writes_the_policies_of_its_own_place(run: Run, samples: SampleRecords) -> None:
    planner, name = samples.as_(Role.PLANNER), [{"language": "en", "text": "Free offices"}]
    own = answer(run(CREATE, {"input": {"name": name}}, planner))["policy"]
    assert own["place"] == {"id": samples["kunshan"]}, "the place that it plans for"
    given = {"policy": own["id"], "supportClass": "SPACE"}
    assert answer(run(SUPPORT, {"input": given}, planner))["policySupport"]["supportClass"] == "SPACE"
    elsewhere = {"input": {"name": name, "place": samples["dalian"]}}
    assert problems(run(CREATE, elsewhere, planner)) == [("FORBIDDEN", "")]
    others = answer(run(CREATE, elsewhere, samples.as_(Role.ORGANISER)))["policy"]
    assert problems(run(SUPPORT, {"input": {**given, "policy": others["id"]}}, planner)) == [("FORBIDDEN", "")]
    move = """mutation ($id: ID!, $input: PolicySupportInput!) { updatePolicySupport(id: $id, input: $input) {
        userErrors { code field } } }"""
    variables = {"id": samples["policy_support"], "input": {"policy": others["id"]}}
    assert problems(run(move, variables, planner)) == [("FORBIDDEN", "")], "nor gives one away"
    for role in (Role.PUBLIC, Role.INVESTOR, Role.SCOPED_ORGANISER):
        actor = None if role is Role.PUBLIC else samples.as_(role)
        assert problems(run(CREATE, {"input": {"name": name}}, actor)) == [("FORBIDDEN", "")]


def test_support_of_an_archived_policy_is_hidden(run: Run, ask: Ask, samples: SampleRecords) -> None:
    archive = "mutation ($id: ID!) { archivePolicy(id: $id) { userErrors { code field } } }"
    assert answer(run(archive, {"id": samples["policy"]}, samples.as_(Role.ADMIN)))["userErrors"] == []
    assert ask("{ policySupports { totalCount } policies { totalCount } }") == {
        "policySupports": {"totalCount": 0}, "policies": {"totalCount": 0},
    }  # fmt: skip
