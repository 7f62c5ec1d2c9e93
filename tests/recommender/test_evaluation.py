"""The evaluation: its protocols see no future, and fall to chance where nothing is left to learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from recommender.blocks import Context
from recommender.evaluation.data import DataError, LinkData, load_labels, load_links
from recommender.evaluation.leaks import shuffled
from recommender.evaluation.metrics import metrics_of
from recommender.evaluation.protocols import ROADSHOW, Result, fitted_model, forward, labels, reverse
from recommender.evaluation.report import as_json, as_markdown, gini
from recommender.evaluation.splits import cold, forward_cases, per_investor
from recommender.model import FitModel
from tests.recommender.worlds import WORDS, text_vectors


def write_links(
    directory: Path, seed: int = 0, tastes: bool = True, bursts: bool = False, investors: int = 40
) -> Path:
    """600 companies in eight fields and 40 investors with one field each, who fund it four times out of five.

    With ``bursts`` instead, every investor funds any field as often as the others, but all within two years.
    """
    random = np.random.default_rng(seed)
    fields = random.integers(0, 8, 600)
    founded = np.sort(random.integers(0, 3650, 600))
    texts = [
        f"{WORDS[field]} {WORDS[field + 1]} {' '.join(random.choice(WORDS, 3))} number{number}."
        for number, field in enumerate(fields)
    ]
    links: set[tuple[int, int, int]] = set()
    for investor in range(investors):
        start = int(random.integers(0, 3650 - 730))
        for _ in range(30):
            if bursts:
                near = np.flatnonzero((founded >= start) & (founded < start + 730))
            elif tastes and random.random() < 0.8:
                near = np.flatnonzero(fields == investor % 8)
            else:
                near = np.arange(600)
            company = int(random.choice(near))
            links.add((investor, company, int(founded[company])))
    epoch = np.datetime64("2005-01-01")
    rows = sorted(links)
    directory.mkdir(parents=True, exist_ok=True)
    parquet.write_table(
        pa.table(
            {
                "id": [f"c{number:04d}" for number in range(600)],
                "name": [f"Company {number}" for number in range(600)],
                "description": texts,
                "categories": [[WORDS[field]] for field in fields],
                "region": [f"R{number % 5}" for number in range(600)],
                "city": [f"C{number % 20}" for number in range(600)],
            }
        ),
        directory / "companies.parquet",
    )
    parquet.write_table(
        pa.table(
            {
                "id": [f"i{number}" for number in range(investors)],
                "name": [f"Fund {number}" for number in range(investors)],
            }
        ),
        directory / "investors.parquet",
    )
    parquet.write_table(
        pa.table(
            {
                "investor_id": [f"i{investor}" for investor, _, _ in rows],
                "company_id": [f"c{company:04d}" for _, company, _ in rows],
                "date": [str(epoch + day) for _, _, day in rows],
            }
        ),
        directory / "investments.parquet",
    )
    return directory


def model_of(data: LinkData) -> FitModel:
    texts = [text for by_tag in data.projects.texts for text in by_tag.values()]
    return fitted_model(Context(data.projects, data.world, text_vectors(texts)))


def within_chance(result: Result, method: str = ROADSHOW) -> bool:
    auc = result.methods[method]["auc"]
    return abs(auc.mean - 0.5) < 4 * auc.error + 0.02


def test_tastes_are_found_and_shuffled_links_fall_to_chance(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    found = forward(data, cold(data), model_of(data))
    assert found.methods[ROADSHOW]["auc"].mean > 0.7
    assert found.methods[ROADSHOW]["recall@50"].mean > 1.5 * found.methods["random"]["recall@50"].mean
    broken = shuffled(data, "links", np.random.default_rng(1))
    assert within_chance(forward(broken, cold(broken), model_of(broken)))


def test_what_time_alone_teaches_falls_to_chance_on_shuffled_dates(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "bursts", tastes=False, bursts=True))
    found = reverse(data, cold(data), model_of(data), least=8)
    assert found.methods["activity alone"]["auc"].mean > 0.6
    broken = shuffled(data, "dates", np.random.default_rng(1))
    assert within_chance(reverse(broken, cold(broken), model_of(broken), least=8), "activity alone")


def test_a_cold_split_shows_no_candidate_to_the_history(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    split = cold(data)
    assert split.candidates is not None
    assert not set(data.project_of[split.history]) & set(split.candidates)
    assert data.days[split.history].max() < split.cut
    inner = cold(data, split.history)
    assert inner.cut < split.cut
    assert set(inner.history) | set(inner.test) <= set(split.history)


def test_nothing_after_the_cut_off_changes_a_score(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    split = cold(data)
    cases = forward_cases(data, split)
    later = data.project_of.copy()
    later[split.test] = np.random.default_rng(3).permutation(later[split.test])
    changed = replace(data, project_of=later)
    again = {case.investor: case for case in forward_cases(changed, split)}
    for case in cases:
        if case.investor in again:
            np.testing.assert_array_equal(case.history, again[case.investor].history)


def test_each_investors_own_split_is_by_time(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "made_up"))
    split = per_investor(data)
    for investor in range(len(data.investors)):
        history = data.days[split.history[data.investor_of[split.history] == investor]]
        test = data.days[split.test[data.investor_of[split.test] == investor]]
        if len(test):
            assert history.max() <= test.min()


def test_labels_are_found_by_their_names_and_reports_say_what_made_them(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    texts = [f"{WORDS[number % 4]} {' '.join(random.choice(WORDS[6:], 3))} n{number}." for number in range(240)]
    table = pa.table(
        {"id": [str(n) for n in range(240)], "text": texts, "labels": [[WORDS[n % 4]] for n in range(240)]}
    )
    path = tmp_path / "fields.parquet"
    parquet.write_table(table, path)
    data = load_labels(path)
    result = labels(data, text_vectors([*texts, *data.labels]))
    assert result.methods[ROADSHOW]["map"].mean > 0.9
    assert result.methods["random"]["map"].mean < 0.4
    markdown = as_markdown([result], ["words"])
    assert "fields: label as query" in markdown
    assert "encoders words" in markdown
    assert '"protocol": "label as query"' in as_json([result], ["words"], 1.0)


def test_metrics_are_those_of_the_textbook() -> None:
    scores = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    relevant = np.array([True, False, True, False, False])
    found = metrics_of(scores, relevant)
    assert found["map"] == pytest.approx((1 + 2 / 3) / 2)
    assert found["auc"] == pytest.approx(5 / 6)
    assert found["recall@50"] == 1
    assert found["ndcg@10"] == pytest.approx((1 + 1 / 2) / (1 + 1 / np.log2(3)))
    assert gini([1, 1, 1, 1]) == pytest.approx(0)
    assert gini([0, 0, 0, 4]) == pytest.approx(0.75)


def test_data_that_cannot_be_used_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"companies\.parquet is missing"):
        load_links(tmp_path)
    parquet.write_table(pa.table({"id": ["1"]}), tmp_path / "texts.parquet")
    with pytest.raises(DataError, match="has no column text, labels; it has id"):
        load_labels(tmp_path / "texts.parquet")
