"""The protocols of warm projects and of cities on made-up data, and what belongs to an investor itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.evaluation.cities import cities, headquarters
from recommender.evaluation.data_sets.data_set import DataError, LinkData, without_own
from recommender.evaluation.data_sets.leaks import shuffled
from recommender.evaluation.data_sets.loading import load_links
from recommender.evaluation.data_sets.splits import cold, forward_cases, warm
from recommender.evaluation.results import BY_HISTORY, CO_INVESTORS_ALONE, ROADSHOW, WITHOUT_CO_INVESTORS, Result
from recommender.evaluation.warm import warm_projects, with_backers
from recommender.text.vectors import TextVectors
from tests.recommender.evaluation.test_evaluation import write_links
from tests.recommender.sample_data import text_vectors


def vectors_for(data: LinkData) -> TextVectors:
    return text_vectors([text for by_tag in data.projects.texts for text in by_tag.values()])


def syndicates(data: LinkData) -> LinkData:
    """The same companies, funded by groups of four investors who go together, whatever the company does."""
    random = np.random.default_rng(7)
    group = random.integers(0, 10, len(data.projects))
    pairs = {
        (4 * int(group[row]) + int(member), row)
        for row in range(len(data.projects))
        for member in random.choice(4, 3, replace=False)
    }
    links = np.array(sorted(pairs), np.intp)
    days = np.datetime64("2010-01-01") + links[:, 1].astype(int)
    order = np.lexsort((links[:, 1], days, links[:, 0]))
    return replace(data, investor_of=links[order, 0], project_of=links[order, 1], days=days[order])


def auc(result: Result, method: str) -> float:
    return result.methods[method]["auc"].mean


def test_who_goes_together_is_found_and_falls_to_chance_on_shuffled_links(tmp_path: Path) -> None:
    data = syndicates(load_links(write_links(tmp_path / "made_up")))
    found = warm_projects(data, vectors_for(data), least=8)
    assert found.protocol == "warm, links held out", "every link is of the company's first day"
    assert auc(found, CO_INVESTORS_ALONE) > 0.9
    assert auc(found, ROADSHOW) > auc(found, WITHOUT_CO_INVESTORS) + 0.1
    broken = shuffled(data, "links", np.random.default_rng(1))
    lost = warm_projects(broken, vectors_for(broken), least=8)
    # A little below chance: a project of which a link is held out has one backer fewer to be found by.
    assert 0.4 < auc(lost, CO_INVESTORS_ALONE) < 0.54
    assert auc(lost, ROADSHOW) < 0.54


def test_no_tested_link_is_among_the_public_deals(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    later = replace(data, days=data.days + np.random.default_rng(0).integers(0, 3000, len(data.days)))
    for each in (data, later):
        split = warm(each)
        known = with_backers(each, split).projects.backers
        deals = {(each.investors[each.investor_of[link]], int(each.project_of[link])) for link in split.history}
        assert {(own.id, row) for row, backers in enumerate(known) for own in backers} == deals
        tested = {(each.investors[each.investor_of[link]], int(each.project_of[link])) for link in split.test}
        assert not tested & deals
    split = warm(later)
    assert split.protocol == "warm"
    assert later.days[split.history].max() < split.cut <= later.days[split.test].min()


def test_the_same_seed_holds_out_the_same_links(tmp_path: Path) -> None:
    data = syndicates(load_links(write_links(tmp_path / "made_up")))
    np.testing.assert_array_equal(warm(data, 3).test, warm(data, 3).test)
    assert not np.array_equal(warm(data, 3).test, warm(data, 4).test)


def test_cities_find_the_field_that_they_attract_without_seeing_where_anybody_sits(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    places = data.taxonomies.places
    fields = np.array([int(codes[0]) for codes in np.split(
        data.projects.concepts.indices, data.projects.concepts.indptr[1:-1])])  # type: ignore[union-attr]  # fmt: skip
    leaves = [code for code, name in enumerate(places.ids) if "city:" in name]
    seats = np.array([leaves[field] for field in fields], np.int32)
    chosen = np.where(np.random.default_rng(0).random(600) < 0.8, seats, data.projects.origins)
    told = replace(data, projects=replace(data.projects, origins=chosen.astype(np.int32)))
    assert (headquarters(told).projects.origins == -1).all()
    found = cities(told, vectors_for(told), least=8)
    assert auc(found, ROADSHOW) > 0.7
    assert auc(found, BY_HISTORY) > 0.6
    random = np.random.default_rng(2).permutation(chosen).astype(np.int32)
    lost = cities(replace(data, projects=replace(data.projects, origins=random)), vectors_for(data), least=8)
    assert abs(auc(lost, ROADSHOW) - 0.5) < 0.08
    nowhere = replace(data, projects=replace(data.projects, origins=np.full(600, -1, np.int32)))
    with pytest.raises(DataError, match="says of no funded company where it sits"):
        cities(nowhere, vectors_for(nowhere))


def test_nobody_is_measured_by_its_own_company(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    named = replace(data, investor_names={**data.investor_names, "i0": " company  7 "})
    assert {investor: list(rows) for investor, rows in named.own_rows.items()} == {0: [7]}
    order = np.lexsort((np.append(named.project_of, 7), np.append(named.investor_of, 0)))
    linked = replace(
        named,
        investor_of=np.append(named.investor_of, 0)[order],
        project_of=np.append(named.project_of, 7)[order],
        days=np.append(named.days, named.days.max())[order],
    )
    assert without_own(linked).left_out["links of investors to their own company"] >= 1
    for case in forward_cases(linked, cold(linked), 1):
        assert case.investor != 0 or 7 not in case.relevant
