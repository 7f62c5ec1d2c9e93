"""Odd values in any argument get an answer or an error with a code, never an internal one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store.enums import Role
from tests.schema.samples import SampleRecords

TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["\x00", "\ud800", "' OR 1=1 --", '"', "\\", "%", "_", "x" * 5000, "prj_" + "z" * 26, "💡"]),
)
NUMBERS = st.one_of(st.integers(-(2**31), 2**31 - 1), st.sampled_from([0, -1, 2**31 - 1]))

QUERY = """query ($id: ID!, $ref: ID!, $text: String!, $first: Int, $last: Int, $after: String, $number: Int,
        $tag: LanguageTag!,
        $amount: Decimal, $currency: CurrencyCode!, $day: Date, $float: Float!) {
    node(id: $id) { id } nodes(ids: [$id, $ref]) { id } project(id: $id) { id }
    projects(first: $first, last: $last, after: $after, filter: {
        id: [$id], search: $text, track: [$ref], origin: [$ref], industry: {concepts: [$id]},
        technologyReadiness: {atLeast: $number, atMost: $first}, founded: {from: $day},
        ask: {currency: $currency, atLeast: $amount}, not: {organisation: [$ref]} }) {
        totalCount edges { node { name(lang: [$tag]) } } }
    search(query: $text, first: $first, after: $after) { totalCount edges { score } }
    projectFacets(filter: {search: $text}) { byTrack(first: $first) { total } byIndustry(scheme: $id) { total } }
    place(id: $ref) { rankedProjects(first: $first, after: $after, options: {
        weights: [{block: $text, weight: $float}], diversity: $float, reasons: 3}) { totalCount } }
    fit(project: $id, counterpart: $ref) { score }
    talents(filter: {search: $text}) { totalCount }
}"""

MUTATION = """mutation ($id: ID!, $ref: ID!, $text: String!, $number: Int, $amount: Decimal!, $currency: CurrencyCode!,
        $float: Float!, $date: PartialDateText) {
    createProject(dryRun: true, input: {
        name: [{language: EN, text: $text}], keywords: [$text], website: $text, origin: $id, tracks: [$id],
        technologyReadiness: $number, founded: $date, raised: {amount: $amount, currency: $currency} }) {
        userErrors { code } }
    updateProject(id: $id, ifVersion: $number, dryRun: true, input: {aliases: [$text]}) { userErrors { code } }
    createPlace(dryRun: true, input: {
        name: [{language: EN, text: $text}], type: COUNTRY, code: $text, latitude: $float }) { userErrors { code } }
    expressInterest(dryRun: true, project: $id, subject: $ref, kind: LIKE, note: $text) { userErrors { code } }
}"""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries({
        "id": TEXTS, "text": TEXTS, "after": st.none() | TEXTS,
        "first": st.none() | NUMBERS, "last": st.none() | NUMBERS,
        "number": st.none() | NUMBERS, "tag": st.sampled_from(["en", "zh-Hant", "x-private", "ZH"]),
        "amount": st.sampled_from(["0", "-1", "99999999999999.9999", "1e2"]),
        "currency": st.sampled_from(["CNY", "usd"]),
        "day": st.none() | st.sampled_from(["2024-02-29", "0001-01-01", "9999-12-31"]),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "date": st.none() | st.sampled_from(["2024", "--02-29", "0001", "9999-12-late"]),
    })
)  # fmt: skip
@example(
    values={"id": "\x00", "text": "\ud800", "after": None, "first": 1, "last": None, "number": 1, "tag": "en",
            "amount": "1", "currency": "CNY", "day": None, "float": 1e308, "date": None}
)  # fmt: skip
def test_odd_values_never_break_it(
    run: Callable[..., ExecutionResult], samples: SampleRecords, values: dict[str, Any]
) -> None:
    for document, actor in ((QUERY, None), (MUTATION, samples.as_(Role.ADMIN))):
        result = run(document, {**values, "ref": values["text"]}, actor)
        codes = {error.extensions["code"] for error in result.errors or ()}
        assert codes <= {"BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN", "UNAVAILABLE"}, result.errors


@pytest.mark.nightly_on_postgresql
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tag=TEXTS, currency=TEXTS, day=TEXTS, date=TEXTS,
    amount=TEXTS | st.sampled_from(["1e400", "NaN", "Infinity", "1.23456", "1e-9", "-0"]),
)  # fmt: skip
def test_odd_scalars_are_taken_or_refused(
    run: Callable[..., ExecutionResult], tag: str, currency: str, day: str, date: str, amount: str
) -> None:
    query = """query ($tag: LanguageTag!, $currency: CurrencyCode!, $day: Date, $amount: Decimal) {
        projects(filter: {ask: {currency: $currency, atMost: $amount}, founded: {to: $day}}) {
            edges { node { name(lang: [$tag]) } } } }"""
    for given_values in (
        {"tag": tag, "currency": "CNY"},
        {"tag": "en", "currency": currency},
        {"tag": "en", "currency": "CNY", "day": day},
        {"tag": "en", "currency": "CNY", "amount": amount},
    ):
        result = run(query, given_values)
        assert {error.extensions["code"] for error in result.errors or ()} <= {"BAD_USER_INPUT"}, result.errors
