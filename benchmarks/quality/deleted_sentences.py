"""Deleting quoted sentences: python benchmarks/quality/deleted_sentences.py LABELS.parquet

Simulated cities of six labels, as in the protocol ``priorities``. For each of the first ten lines whose reason quotes a
sentence, the text's value for the named priority is taken again without that sentence, and without the one nearest to
it in length. Cities share labels, so a text's reason for a label counts once. Printed: the number of reasons, and the
share in which the quoted sentence costs more (SPINRec, arXiv 2511.18047).
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from recommender.blocks import Context, TextBlock
from recommender.encoders import encoders_for
from recommender.evaluation.data_sets.loading import load_labels
from recommender.evaluation.data_sets.vectors import vectors_of
from recommender.evaluation.labels import label_taxonomies
from recommender.evaluation.priorities import cities_of, city_profile
from recommender.evaluation.protocols import fitted_model
from recommender.evaluation.served import ServedModel
from recommender.evaluation.tasks import texts_of
from recommender.fit.parts import values_at
from recommender.fit.query_vectors import Part
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects
from recommender.serving.explanation import Explainer
from recommender.serving.reasons import leading
from recommender.text import language_of, sentences_of
from store.settings import load_settings

QUOTED = {"en": re.compile(r": “(.+)”$"), "zh": re.compile(r"：“(.+)”$")}
FIRST = 10


def losses(served: ServedModel, city: Profile) -> Iterator[tuple[tuple[int, str, str], tuple[float, float]]]:
    """Yield text, label and language, and what the text loses without the quoted sentence, and without another, for
    each reason that quotes one."""
    snapshot = served.snapshot
    text = next(block for block in snapshot.model.blocks if isinstance(block, TextBlock))
    queries = snapshot.caches.queries(city, True)
    explainer = Explainer(snapshot, queries, snapshot.model.weights, snapshot.scale, city)
    asked = explainer.queries.aspects[0]
    for row, item in served.explained(city.id, FIRST).items():
        named = leading(item.aspects)
        if asked is None or not named or not item.reasons:
            continue
        number = next(at for at, each in enumerate(asked.aspects) if each.id == named[0].id)
        part = asked.parts["text"].of(np.array([number], np.intp))
        texts = snapshot.projects.texts[row]
        for language, pattern in QUOTED.items():
            match = pattern.search(item.reasons[0].in_language(language))
            pair = match and two_sentences(texts, language, match[1].removesuffix("…"))
            if pair:
                project_id = snapshot.projects.ids[row]
                whole, *without = (
                    value(text, project_id, each, part) for each in (texts, *(left_out(texts, own) for own in pair))
                )
                yield (row, named[0].id, language), (whole - without[0], whole - without[1])


def two_sentences(texts: Mapping[str, str], language: str, quote: str) -> tuple[str, str] | None:
    """Return the sentence that begins with ``quote`` and the other one nearest to it in length."""
    own = [each for tag, text in texts.items() if language_of(text, tag) == language for each in sentences_of(text)]
    quoted = next((each for each in own if " ".join(each.split()).startswith(quote)), None)
    others = [each for each in own if each != quoted]
    if quoted is None or not others:
        return None
    return quoted, min(others, key=lambda each: (abs(len(each) - len(quoted)), each))


def left_out(texts: Mapping[str, str], sentence: str) -> dict[str, str]:
    return {tag: text.replace(sentence, "") for tag, text in texts.items()}


def value(text: TextBlock, project_id: str, texts: Mapping[str, str], part: Part) -> float:
    """Return the value of a project with other texts, under its own id: it is no neighbour of its old self."""
    alone = Projects([project_id], texts=[texts])
    block = copy.copy(text)
    block.context_ = replace(text.context_, projects=alone)
    return float(values_at(block.as_features(block.project(alone)), part, np.arange(1))[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cities", type=int, default=30)
    given = parser.parse_args()
    settings = load_settings()
    data = load_labels(given.data)
    cache = settings.data_directory / "evaluation-vectors"
    vectors = vectors_of([*texts_of(data.projects), *data.labels], encoders_for(settings.encoder), cache)
    context = Context(data.projects, label_taxonomies(data), vectors)
    drawn = cities_of(len(data.labels), count=given.cities)
    cities = [city_profile(data, chosen, f"city:{number}") for number, chosen in enumerate(drawn)]
    served = ServedModel.of(fitted_model(context), context, cities)
    pairs = dict(pair for city in cities for pair in losses(served, city))
    more = np.mean([quoted > other for quoted, other in pairs.values()])
    print(f"{len(pairs)} reasons, in {more:.3f} of them the quoted sentence costs more")


if __name__ == "__main__":
    main()
