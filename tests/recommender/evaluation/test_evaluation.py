"""The evaluation: its protocols see no future, and fall to chance where nothing is left to learn."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from recommender.blocks import Context
from recommender.bulk.executors import Processes
from recommender.evaluation.baselines import LinkBaselines
from recommender.evaluation.data_sets.data_set import Case, DataError, LinkData
from recommender.evaluation.data_sets.leaks import shuffled
from recommender.evaluation.data_sets.loading import load_labels, load_links
from recommender.evaluation.data_sets.splits import Split, cold, forward_cases, per_investor
from recommender.evaluation.labels import labels
from recommender.evaluation.metrics import metrics_of
from recommender.evaluation.protocols import fitted_model, forward, reverse
from recommender.evaluation.report import as_json, as_markdown, gini
from recommender.evaluation.results import ACTIVITY, ACTIVITY_GAIN, RECENCY_GAIN, ROADSHOW, Result
from recommender.evaluation.running import MEASURING, evaluate
from recommender.evaluation.tasks import replace_columns
from recommender.fit.model import FitModel
from tests.recommender.sample_data import WORDS, WordEncoder, text_vectors

LEXICAL = ("BM25, history as the query", "TF-IDF, centroid of the history")
CHARACTERS = "TF-IDF, character n-grams"


def write_links(directory: Path, seed: int = 0, tastes: bool = True, bursts: bool = False, investors: int = 40) -> Path:
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
    return fitted_model(Context(data.projects, data.taxonomies, text_vectors(texts)))


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


def gains_nothing(result: Result, name: str) -> bool:
    gain = result.gains[name]
    return gain.mean < 3 * gain.error + 0.005


def test_what_time_alone_teaches_is_gone_on_shuffled_dates(tmp_path: Path) -> None:
    data = load_links(write_links(tmp_path / "bursts", tastes=False, bursts=True))
    found = reverse(data, cold(data), model_of(data), least=8)
    assert found.methods[ACTIVITY]["auc"].mean > 0.6
    assert not gains_nothing(found, ACTIVITY_GAIN)
    broken = shuffled(data, "dates", np.random.default_rng(1))
    on_broken = reverse(broken, cold(broken), model_of(broken), least=8)
    assert within_chance(on_broken, ACTIVITY)
    assert gains_nothing(on_broken, ACTIVITY_GAIN)
    assert gains_nothing(forward(broken, cold(broken), model_of(broken), least=8), RECENCY_GAIN)


def test_a_leak_of_later_dates_is_found_on_shuffled_dates(tmp_path: Path) -> None:
    """An activity that counts deals after the cut-off still pays where the past has nothing to tell."""
    data = load_links(write_links(tmp_path / "bursts", tastes=False, bursts=True))
    broken = shuffled(data, "dates", np.random.default_rng(1))

    def leaking(own: LinkData, split: Split, case: Case) -> int:
        return int(((own.investor_of == case.investor) & (own.days >= split.cut)).sum())

    found = reverse(broken, cold(broken), model_of(broken), least=8, recent=leaking)
    assert not gains_nothing(found, ACTIVITY_GAIN)


def test_a_leak_of_later_links_is_found_on_shuffled_links(tmp_path: Path) -> None:
    """A popularity that counts the links which are tested still pays where links are dealt out by chance."""
    data = load_links(write_links(tmp_path / "made_up"))
    broken = shuffled(data, "links", np.random.default_rng(1))
    split = cold(broken)
    leaking = LinkBaselines(broken, replace(split, history=np.arange(len(broken.days))))
    found = forward(broken, split, model_of(broken), baselines=leaking)
    assert within_chance(found)
    assert not within_chance(found, "popularity")


HAN = "太阳能 电池 机器人 云计算 疫苗 传感器 芯片 水处理 发动机 大数据 食品 无人机 激光 钢铁 基因".split()  # noqa: SIM905


def write_han(directory: Path) -> Path:
    """Chinese companies in a table with Chinese headers, without places and without industries."""
    random = np.random.default_rng(3)
    fields = random.integers(0, 8, 400)
    directory.mkdir()
    lines = ["编号,名称,简介"]
    for number, field in enumerate(fields):
        words = [HAN[field], HAN[field + 1], *random.choice(HAN, 4)]
        lines.append(f"c{number:03d},企业{number},{' '.join(words)}项目。")
    (directory / "项目.csv").write_text("\n".join(lines), encoding="gb18030")
    (directory / "investors.jsonl").write_text("\n".join(f'{{"id": "i{number}"}}' for number in range(30)))
    deals = ["投资机构,项目,日期"]
    for investor in range(30):
        own = np.flatnonzero(fields == investor % 8)
        for company in {int(random.choice(own) if random.random() < 0.8 else random.integers(400)) for _ in range(25)}:
            deals.append(f"i{investor},c{company:03d},{2005 + company // 40}-03")
    (directory / "investments.csv").write_text("\n".join(deals), encoding="utf-8")
    return directory


def test_where_places_and_industries_are_missing_it_does_not_fall_behind_words(tmp_path: Path) -> None:
    data = load_links(write_han(tmp_path / "zh"))
    assert {tag for texts in data.projects.texts for tag in texts} == {"zh"}
    found = forward(data, cold(data), model_of(data), least=5).methods
    best = max(found[name]["auc"].mean for name in LEXICAL)
    assert found[ROADSHOW]["auc"].mean > 0.6
    assert found[ROADSHOW]["auc"].mean >= best - found[ROADSHOW]["auc"].error
    assert found[ROADSHOW]["map"].mean >= max(found[name]["map"].mean for name in LEXICAL) - 0.02


def test_chinese_labels_are_found_no_worse_than_by_their_characters(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    lines = ["编号,文本,标签"]
    for number in range(240):
        words = [HAN[number % 4], *random.choice(HAN[6:], 4)]
        lines.append(f"t{number:03d},{' '.join(words)}。,{HAN[number % 4]}；其他")
    (tmp_path / "领域.csv").write_text("\n".join(lines), encoding="utf-8")
    data = load_labels(tmp_path / "领域.csv")
    texts = [text for by_tag in data.projects.texts for text in by_tag.values()]
    found = labels(data, text_vectors([*texts, *data.labels])).methods
    assert found[ROADSHOW]["map"].mean > 0.9, "a toy encoder of 24 coordinates takes some words for others"
    assert found[ROADSHOW]["p@10"].mean >= max(found["BM25"]["p@10"].mean, found[CHARACTERS]["p@10"].mean) - 0.02


def as_measured(results: Sequence[Result]) -> list[object]:
    return [json.loads(json.dumps(asdict(result))) for result in results]


@pytest.mark.nightly
def test_an_interrupted_evaluation_goes_on_to_the_same_results(tmp_path: Path) -> None:
    data = write_han(tmp_path / "data")
    options: dict[str, Any] = {"protocols": ("cold", "per_investor", "reverse"), "least": 8}
    whole = evaluate(data, [WordEncoder()], cache=tmp_path / "whole", **options)
    assert [result.protocol for result in whole] == ["cold", "per_investor", "cold, reverse"]

    def interrupted(name: str, done: int, total: int) -> None:
        if name == MEASURING and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(data, [WordEncoder()], cache=tmp_path / "cache", progress=interrupted, **options)
    assert len(list((tmp_path / "cache" / "parts").glob("*.json"))) == 2
    done: list[int] = []
    again = WordEncoder()
    resumed = evaluate(
        data, [again], cache=tmp_path / "cache", executor=Processes(2),
        progress=lambda name, count, total: done.append(count) if name == MEASURING else None, **options,
    )  # fmt: skip
    assert done == [2, 3]
    assert not again.encoded, "nothing is encoded twice"
    assert as_measured(resumed) == as_measured(whole), "whether measured in one process or in another"
    assert not list((tmp_path / "cache" / "parts").glob("*.json")), "what is done is not taken for new"


REAL = Path(os.environ.get("ROADSHOW_EVALUATION_DATA", "../shared/eval")) / "us_startups"


@pytest.mark.nightly
@pytest.mark.skipif(not REAL.is_dir(), reason="the evaluation data is not here; set ROADSHOW_EVALUATION_DATA")
def test_masked_columns_of_real_data_do_not_bring_it_behind_words() -> None:
    """Here without a model of language: what words, industries and places alone carry."""
    data = replace_columns(load_links(REAL), ("places", "categories"))
    model = fitted_model(Context(data.projects, data.taxonomies))
    found = forward(data, cold(data), model, least=30).methods
    best = max(found[name]["auc"].mean for name in LEXICAL)
    assert found[ROADSHOW]["auc"].mean >= best - found[ROADSHOW]["auc"].error


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
    with pytest.raises(DataError, match="companies is missing; give a directory"):
        load_links(tmp_path)
    parquet.write_table(pa.table({"id": ["1"]}), tmp_path / "texts.parquet")
    with pytest.raises(DataError, match="has no column text, labels; it has id"):
        load_labels(tmp_path / "texts.parquet")
