"""Long texts: what a project is about is not drowned by what any project says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.blocks.passages import Informativeness, common_sentences, composed
from recommender.features import Floats
from recommender.text import hash_of
from recommender.text.vectors import TextVectors, VectorSpace, unit

SIZE = 64
SPACE = VectorSpace("made-up", SIZE)


def vectors(random: np.random.Generator, sentences: list[str], near: Floats | None = None) -> Floats:
    """Unit vectors in random directions, or close to those of ``near`` in turn."""
    noise = random.normal(size=(len(sentences), SIZE)).astype(np.float32)
    return unit(noise if near is None else near[np.arange(len(sentences)) % len(near)] + 0.25 * unit(noise))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 20), st.integers(0, 20))
def test_twelve_to_twenty_neutral_sentences_leave_a_text_where_it_was(seed: int, count: int, at: int) -> None:
    random = np.random.default_rng(seed)
    topic = unit(random.normal(size=(1, SIZE)).astype(np.float32))
    boilerplate = unit(topic * 0 + random.normal(size=(30, SIZE)).astype(np.float32) * 0.2 + _direction(random))
    neutral = [f"Neutral sentence of number {number} here." for number in range(count)]
    core = "It makes a thing that nobody else makes."
    found = np.concatenate([unit(topic), vectors(random, neutral, boilerplate)])
    rows = {hash_of(sentence): row for row, sentence in enumerate([core, *neutral])}
    known = TextVectors([SPACE], {SPACE.name: found}, {SPACE.name: rows})
    told = Informativeness(np.zeros(SIZE, np.float32), boilerplate)
    padded = " ".join([*neutral[:at], core, *neutral[at:]])
    both, all_known = composed(known, [core, padded], SPACE, None, told)
    assert all_known.all()
    assert both[0] @ both[1] > 0.97
    alike, _ = composed(known, [core, padded], SPACE, None, Informativeness(told.zero, boilerplate[:0]))
    assert alike[0] @ alike[1] < 0.9, "without knowing boilerplate the text drowns"


def _direction(random: np.random.Generator) -> Floats:
    return unit(random.normal(size=(1, SIZE)).astype(np.float32))


def test_a_sentence_that_very_many_texts_share_counts_nothing() -> None:
    formula = "Invented for demonstration."
    texts = [f"{formula} It makes thing number {number}." for number in range(600)]
    common = common_sentences(texts)
    assert common == {hash_of(formula)}
    told = Informativeness(np.zeros(SIZE, np.float32), np.zeros((0, SIZE), np.float32), common)
    worth = told.worth([formula, "It makes thing number 3."], np.ones((2, SIZE), np.float32))
    assert worth[0] < 0.01 * worth[1]
