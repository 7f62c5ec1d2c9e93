"""A pool of one field keeps its meaning; one of many fields is ranked as if nothing were known of other pools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import sparse

from recommender.blocks import Context
from recommender.blocks.industry import IndustryBlock
from recommender.blocks.text import TextBlock
from recommender.data import background, reference_names
from recommender.features import Doubles, Floats
from recommender.fit.model import FitModel
from recommender.fit.scoring import Scale
from recommender.pool.profiles import Profile, SubjectKind, WeightedText
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import ConceptGraph, Taxonomies
from recommender.text import hash_of
from recommender.text.vectors import TextVectors, VectorSpace, unit

SIZE, FIELDS = 64, 12
SPACE = VectorSpace("made-up", SIZE)
SEEDS = (0, 1, 2)


class Made:
    """Texts of fields that have a direction each, in two genres: the pool's, and that of the shipped texts."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.fields = unit(self._normal(FIELDS))
        self.genres = 0.8 * unit(self._normal(3))
        shipped = {text: self._text(1, at % FIELDS) for at, text in enumerate(background()["en"])}
        names = {each["en"]: self._text(2, at % FIELDS, 0.4) for at, each in enumerate(reference_names())}
        self.shipped: dict[str, Floats] = {**shipped, **names}
        self.asked = {f"field {field}": self._text(2, field, 0.4) for field in range(FIELDS)}

    def _normal(self, rows: int) -> Floats:
        return self.random.normal(size=(rows, SIZE)).astype(np.float32)

    def _text(self, genre: int, field: int, noise: float = 1.0) -> Floats:
        found: Floats = unit((self.genres[genre] + self.fields[field] + noise * unit(self._normal(1))[0])[None])[0]
        return found

    def scores(self, fields: Sequence[int], *, shipped: bool = True) -> Doubles:
        """Scores of texts of ``fields`` for each field's name, shape (names, texts)."""
        texts = [f"A text of enough different words about thing{at} of kind{field}." for at, field in enumerate(fields)]
        random, self.random = self.random, np.random.default_rng(9)  # the same texts each time
        own = {text: self._text(0, field) for text, field in zip(texts, fields, strict=True)}
        self.random = random
        known = {**own, **self.asked, **(self.shipped if shipped else {})}
        rows = {hash_of(text): row for row, text in enumerate(known)}
        vectors = TextVectors([SPACE], {SPACE.name: np.array(list(known.values()))}, {SPACE.name: rows})
        projects = Projects([f"prj_{at:04}" for at in range(len(texts))], texts=[{"en": text} for text in texts])
        model = FitModel([TextBlock()]).fit(Context(projects, Taxonomies(), vectors))
        profiles = [Profile(name, SubjectKind.TEXT, texts=[WeightedText(name)]) for name in self.asked]
        return Scale().score(model.product_many(model.queries(profiles), model.weights).astype(np.float64))


def logit(scores: Doubles) -> Doubles:
    return np.asarray(np.log(scores / (100 - scores)))


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_of_many_fields_are_ranked_by_their_own_mean(seed: int) -> None:
    fields = [at % FIELDS for at in range(240)]
    with_others, alone = Made(seed).scores(fields), Made(seed).scores(fields, shipped=False)
    moved = logit(with_others) - logit(alone)
    np.testing.assert_allclose(moved, moved[:, :1] + np.zeros_like(moved), atol=1e-4)


@pytest.mark.parametrize("count", [240, 40, 5, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_texts_of_one_field_keep_the_meaning_that_they_have_among_others(seed: int, count: int) -> None:
    made = Made(seed)
    among_others = made.scores([3] * 20 + [at % FIELDS for at in range(220)])
    usual = among_others[3, :20].mean()
    found = made.scores([3] * count)
    assert found[3].mean() > 0.75 * usual
    assert np.delete(found, 3, axis=0).mean() < found[3].mean() / 1.5
    assert found[3].mean() > 3 * made.scores([3] * count, shipped=False)[3].mean()


def industry_fits(share: float) -> Doubles:
    """Fits with an industry that this share of 60 projects belong to, all others to another."""
    members = np.arange(60) < round(60 * share)
    concepts = sparse.csr_matrix(np.array([members, ~members], np.float32).T)
    graph = ConceptGraph(["cpt_0", "cpt_1"], [{"en": "Health"}, {"en": "Sea"}], np.full(2, -1, np.int32))
    projects = Projects([f"prj_{at:02}" for at in range(60)], concepts=concepts)
    model = FitModel([IndustryBlock()]).fit(Context(projects, Taxonomies(concepts=graph), TextVectors.empty()))
    asked = model.queries([Profile("plc_1", SubjectKind.PLACE, concepts={"cpt_0": 1.0})])
    return np.asarray(model.product_many(asked, model.weights)[0], np.float64)


def test_an_industry_of_the_whole_pool_is_a_match_and_one_of_a_third_is_as_usual_as_it_is() -> None:
    assert industry_fits(1.0).min() > 2.5
    assert industry_fits(0.8).max() > 2
    assert abs(industry_fits(0.3).mean()) < 0.3
