"""Reasons are faithful: what they name made the points. Deletion tests, as in SPINRec (arXiv 2511.18047)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from recommender.blocks import TextBlock
from recommender.fit.parts import values_at
from recommender.interface.answers import RankedItem
from recommender.interface.requests import RankingRequest, Target
from recommender.pool.projects import Projects
from recommender.serving.explanation import Explainer
from recommender.serving.reasons import leading
from recommender.text import language_of, sentences_of
from tests.recommender.judged.conftest import Demo

pytestmark = pytest.mark.slow

QUOTED = {"en": re.compile(r": “(.+)”$"), "zh": re.compile(r"：“(.+)”$")}
SHARE = 0.95
FIRST = 10


def subjects(demo: Demo) -> list[str]:
    snapshot = demo.recommender.snapshot()
    cities = [demo.ids["gb:320583"], demo.ids["gb:210200"]]
    return cities + [own for own in snapshot.investors if demo.keys.get(own, "").startswith("demo:investor/")]


def lines(demo: Demo) -> Iterator[tuple[str, RankedItem]]:
    for subject in subjects(demo):
        for item in demo.recommender.rank(RankingRequest(subject, first=FIRST)).items:
            yield subject, item


@dataclass(frozen=True)
class Deleted:
    """What a text's value for the named aspect loses by a deletion."""

    named: float
    other: float


def test_deleting_the_quoted_sentence_costs_more_than_deleting_another_of_its_length(demo: Demo) -> None:
    snapshot = demo.recommender.snapshot()
    text = next(block for block in snapshot.model.blocks if isinstance(block, TextBlock))
    found: list[Deleted] = []
    for subject, item in lines(demo):
        named = leading(item.aspects)
        if not named or not item.reasons:
            continue
        profile = snapshot.profile(subject)
        explainer = Explainer(
            snapshot, snapshot.caches.queries(profile, True), snapshot.model.weights, snapshot.scale, profile
        )
        row = snapshot.projects.row_of[item.object_id]
        for language in ("en", "zh"):
            match = QUOTED[language].search(item.reasons[0].in_language(language))
            if match is not None:
                found.append(_deleted(text, explainer, snapshot.projects, row, named[0].id, language, match[1]))
    assert len(found) >= 100
    more = sum(each.named > each.other for each in found)
    assert more >= SHARE * len(found), (more, len(found))


def _deleted(
    text: TextBlock, explainer: Explainer, projects: Projects, row: int, aspect: str, language: str, quote: str
) -> Deleted:
    """The value with each of two sentences left out: the quoted one, and the one nearest to it in length."""
    asked = explainer.queries.aspects[0]
    assert asked is not None
    number = next(at for at, each in enumerate(asked.aspects) if each.id == aspect)
    block = "needs_text" if asked.aspects[number].kind == "NEED" else "text"
    part = asked.parts[block].of(np.array([number], np.intp))
    texts = projects.texts[row]
    own = [
        sentence for tag, each in texts.items() if language_of(each, tag) == language for sentence in sentences_of(each)
    ]
    beginning = quote.removesuffix("…")
    quoted = next(sentence for sentence in own if " ".join(sentence.split()).startswith(beginning))
    other = min((each for each in own if each != quoted), key=lambda each: (abs(len(each) - len(quoted)), each))
    variants = [texts, _without(texts, quoted), _without(texts, other)]
    few = Projects([f"prj_{at}" for at in range(len(variants))], texts=variants)
    block_of_few = copy.copy(text)
    block_of_few.context_ = replace(text.context_, projects=few)
    features = block_of_few.as_features(block_of_few.project(few))
    whole, without_quoted, without_other = values_at(features, part, np.arange(3))
    return Deleted(float(whole - without_quoted), float(whole - without_other))


def _without(texts: Mapping[str, str], sentence: str) -> dict[str, str]:
    return {tag: text.replace(sentence, "") for tag, text in texts.items()}


def test_taking_away_the_named_priority_costs_more_than_taking_away_any_other(demo: Demo) -> None:
    snapshot = demo.recommender.snapshot()
    told = kept = 0
    for city in ("gb:320583", "gb:210200"):
        place = demo.ids[city]
        priorities = [each.id for each in snapshot.profile(place).priorities]
        for item in demo.recommender.rank(RankingRequest(place, first=FIRST)).items:
            named = next((each.id for each in leading(item.aspects) if each.kind == "PRIORITY"), None)
            if named is None:
                continue
            without = {
                each: demo.recommender.rank(
                    RankingRequest(place, allowed=[item.object_id], priority_weights={each: 0.0}, first=1)
                ).items[0].score
                for each in priorities
            }  # fmt: skip
            told += 1
            kept += min(without, key=lambda each: without[each]) == named
    assert told >= 8
    assert kept >= SHARE * told, (kept, told)


def test_a_priority_of_weight_zero_is_never_named(demo: Demo) -> None:
    place = demo.ids["gb:320583"]
    for item in demo.recommender.rank(RankingRequest(place, first=FIRST)).items:
        for share in leading(item.aspects):
            if share.kind != "PRIORITY":
                continue
            again = demo.recommender.rank(
                RankingRequest(place, allowed=[item.object_id], priority_weights={share.id: 0.0}, first=1)
            ).items[0]
            assert share.id not in {each.id for each in again.aspects}
            assert all(share.name["en"] not in reason.en.split(":")[0] for reason in again.reasons[:1])


def test_no_project_is_likened_to_itself_and_what_was_chosen_was_chosen(demo: Demo) -> None:
    snapshot = demo.recommender.snapshot()
    names = dict(zip(snapshot.projects.ids, snapshot.projects.names, strict=True))
    for subject in subjects(demo):
        profile = snapshot.profile(subject)
        chosen = {act.project_id for act in profile.history if act.favourable}
        chosen_names = {names[each]["en"] for each in chosen if each in names}
        ranking = demo.recommender.rank(
            RankingRequest(subject, Target.PROJECT, exclude_portfolio=False, first=20, reasons=20)
        )
        for item in ranking.items:
            for contribution in item.contributions:
                match = re.match(r"Its text is like (.+), (?:chosen|signed with|met) before\.", contribution.reason.en)
                if match is not None:
                    assert match[1] in chosen_names
                    assert match[1] != names[item.object_id]["en"]


def test_no_quoted_sentence_denies_what_it_is_quoted_for(demo: Demo) -> None:
    from recommender.text import is_denial

    for _, item in lines(demo):
        for language in ("en", "zh"):
            for reason in item.reasons[:1]:
                match = QUOTED[language].search(reason.in_language(language))
                assert match is None or not is_denial(match[1])
