"""What one process holds in memory: the store as columns, and the model fitted on it, at one position of the log."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.blocks import Block, Context, LexicalBlock
from recommender.cache import counts, read_lexical, read_matrix, read_vectors
from recommender.encoders import Encoder
from recommender.features import Floats, Mask
from recommender.gates import Gate
from recommender.index import INDEX_FROM, CandidateIndex, IndexSpace
from recommender.learned import Learned, active_model
from recommender.lexical import LexicalEncoder
from recommender.loading import load_investors, load_places, load_projects, load_world, project_profile
from recommender.matrix import WideMatrix
from recommender.model import MODEL_VERSION, FitModel, Queries, Weights
from recommender.profiles import Profile
from recommender.projects import Projects
from recommender.scoring import Scale
from recommender.types import RecommenderError
from recommender.vectors import VectorSpace
from recommender.world import World
from store.changes import latest_position
from store.models.system import Change

SMALL_STORE = 2000
"""Up to so many projects, the lexical reduction is fitted at the start where ``roadshow encode`` has not been run."""
ACTIVITY_YEARS = 2.0
TUNED_ON = 16
"""Subjects on whose rankings the index measures its recall."""
MOST_KEPT = 2000
"""Queries and masks kept in memory; past it they are made anew."""


@dataclass
class Image:
    """One consistent state. Never changed after it is made, but for the caches of queries and of subjects."""

    position: int
    at: datetime
    world: World
    projects: Projects
    model: FitModel
    encoder: str
    investors: dict[str, Profile]
    places: dict[str, Profile]
    unencoded: int
    """Projects whose text the first encoder has not encoded yet."""
    index: CandidateIndex | None = None
    """Finds candidates where the pool is large; ``None``: everything is looked at."""
    learned: Learned | None = None
    """Learned weights and calibration in use; ``None``: the prior weights and the fixed scale."""
    _queries: dict[tuple[str, bool], Queries] = field(default_factory=dict)
    _everyone: dict[str, tuple[list[str], Queries]] = field(default_factory=dict)
    _several: tuple[tuple[str, ...], Queries] | None = None
    _masks: dict[tuple[str, str], Mask] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def version(self) -> str:
        """The model's version; with learned weights, their number behind it."""
        return self.learned.version if self.learned is not None else MODEL_VERSION

    @property
    def scale(self) -> Scale:
        """The curve from fits of projects for a subject to scores."""
        return self.learned.scale_for(self.encoder) if self.learned is not None else Scale()

    @cached_property
    def wide(self) -> WideMatrix:
        """The projects' coordinates for large matrices of fits."""
        return WideMatrix(self.model)

    def profile(self, subject_id: str) -> Profile:
        """The profile of an investor, a place or a project. Raises ``RecommenderError`` (NOT_FOUND)."""
        found = self.investors.get(subject_id) or self.places.get(subject_id)
        if found is not None:
            return found
        row = self.projects.row_of.get(subject_id)
        if row is not None:
            return project_profile(self.projects, self.world, row)
        code = self.world.places.code_of.get(subject_id)
        if code is not None:
            from recommender.profiles import SubjectKind

            return Profile(subject_id, SubjectKind.PLACE, self.world.places.names[code], own_place=subject_id)
        raise RecommenderError(
            f"{subject_id!r} is no investor, place or project that can be ranked for; it may be archived",
            field="subject_id",
            code="NOT_FOUND",
        )

    def queries(self, profile: Profile, personalised: bool = True) -> Queries:
        """The query of one subject; kept until the subject changes."""
        key = (profile.id, personalised)
        with self._lock:
            if key not in self._queries:
                if len(self._queries) >= MOST_KEPT:
                    self._queries.clear()
                asked = profile if personalised else profile.without_history()
                self._queries[key] = self.model.queries([asked])
            return self._queries[key]

    def mask(self, gate: Gate, profile: Profile) -> Mask:
        """Which projects a gate lets through for a subject; kept until the subject changes."""
        if not gate.steady:
            return gate.passes(profile, self.projects, self.world)
        key = (profile.id, gate.name)
        found = self._masks.get(key)
        if found is None:
            if len(self._masks) >= MOST_KEPT:
                self._masks.clear()
            found = self._masks[key] = gate.passes(profile, self.projects, self.world)
        return found

    def everyone(self, kind: str, personalised: bool = True) -> tuple[list[str], Queries]:
        """Ids and queries of all investors (``INVESTOR``) or places (``PLACE``), in the order of their ids.

        Without history those that only acted are left out: that they are there would tell that they did.
        """
        key = f"{kind}/{personalised}"
        with self._lock:
            if key not in self._everyone:
                profiles = self.investors if kind == "INVESTOR" else self.places
                ids = sorted(each for each, profile in profiles.items() if personalised or not profile.silent)
                asked = [profiles[each] if personalised else profiles[each].without_history() for each in ids]
                self._everyone[key] = ids, self.model.queries(asked)
            return self._everyone[key]

    def several(self, ids: Sequence[str]) -> Queries:
        """Queries of several subjects, in the order asked for; those of the last such question are kept."""
        key = tuple(ids)
        with self._lock:
            if self._several is None or self._several[0] != key:
                self._several = key, self.model.queries([self.profile(each) for each in ids])
            return self._several[1]

    def activity(self, ids: Sequence[str]) -> Floats:
        """``log(1 + deals in the last two years)`` of investors, up to the latest deal that the store knows."""
        since = self.world.today - np.timedelta64(int(ACTIVITY_YEARS * 365.25), "D")
        deals = [
            sum(1 for act in self.investors[each].history if act.kind == "INVESTED" and act.day and act.day >= since)
            for each in ids
        ]
        return np.log1p(np.array(deals, np.float32))

    def with_subjects(self, session: Session, position: int, ids: Collection[str]) -> Image:
        """The same image with the profiles of ``ids`` read again, at a later position of the change log."""
        investors, places = dict(self.investors), dict(self.places)
        wanted_investors = [each for each in ids if each.startswith("inv_")]
        wanted_places = [each for each in ids if each.startswith("plc_")]
        for each in wanted_investors:
            investors.pop(each, None)
        for each in wanted_places:
            places.pop(each, None)
        if wanted_investors:
            investors.update(load_investors(session, self.world, wanted_investors))
        if wanted_places:
            places.update(load_places(session, self.world, wanted_places))
        touched_ids = set(ids)
        kept = {key: value for key, value in self._queries.items() if key[0] not in touched_ids}
        image = Image(
            position,
            _time_of(session, position),
            self.world,
            self.projects,
            self.model,
            self.encoder,
            investors,
            places,
            self.unencoded,
            self.index,
            self.learned,
            kept,
        )
        if "wide" in self.__dict__:
            image.__dict__["wide"] = self.__dict__["wide"]
        image._masks.update((key, mask) for key, mask in self._masks.items() if key[0] not in touched_ids)
        for key, (everyone, queries) in self._everyone.items():
            touched = wanted_investors if key.startswith("INVESTOR") else wanted_places
            if not touched:
                image._everyone[key] = everyone, queries
        return image


def spaces_of(session: Session, encoders: Sequence[Encoder]) -> list[VectorSpace]:
    """The spaces to serve from: those of ``encoders``, or, until these are encoded, those that are.

    After a change of model the earlier vectors serve until ``roadshow encode`` has brought the new ones to nine
    tenths of their number.
    """
    number = counts(session)
    first = encoders[0] if encoders else None
    others = {model: count for model, count in number.items() if not model.startswith("lexical/")}
    if first is not None and others and number.get(first.name, 0) < 0.9 * max(others.values()):
        own = {encoder.name for encoder in encoders}
        earlier = [model for model in others if model not in own and others[model] > number.get(first.name, 0)]
        if earlier:
            known = {"use-multilingual-3/0.2.1-b": None, "all-MiniLM-L6-v2/0.1.0": frozenset({"en"})}
            ordered = sorted(earlier, key=lambda model: (known.get(model) is not None, -others[model], model))
            return [VectorSpace(model, 0, known.get(model)) for model in ordered[:2]]
    return [VectorSpace(encoder.name, encoder.dimension, encoder.languages) for encoder in encoders]


def load_image(
    session: Session,
    blocks: Iterable[Block],
    encoders: Sequence[Encoder],
    weights: Weights | None = None,
    rates: Mapping[str, float] | None = None,
) -> Image:
    """Read everything and fit the model. Imports neither torch nor any model."""
    from dataclasses import replace

    position = latest_position(session)
    world = load_world(session, rates)
    projects = load_projects(session, world)
    investors = load_investors(session, world)
    days = [act.day for profile in investors.values() for act in profile.history if act.day is not None]
    today = min(np.datetime64("today", "D"), max(days)) if days else world.today
    places = load_places(session, world)
    world = replace(world, today=today)
    vectors = read_vectors(session, spaces_of(session, encoders))
    ready = list(blocks)
    for block in ready:
        block.load(session)
        if isinstance(block, LexicalBlock):
            _prepare_lexical(session, block, projects)
    learned = active_model(session) if weights is None else None
    if learned is not None:
        weights = learned.weights_for([block.name for block in ready])
    model = FitModel(ready, weights).fit(Context(projects, world, vectors))
    text_known = next((block.features_.known for block in ready if block.name == "text"), np.zeros(0, bool))
    with_text = np.array([bool(texts) for texts in projects.texts], bool)
    return Image(
        position=position,
        at=_time_of(session, position),
        world=world,
        projects=projects,
        model=model,
        encoder=" + ".join(space.name for space in vectors.spaces) or "none",
        investors=investors,
        places=places,
        unencoded=int((with_text & ~text_known).sum()) if len(text_known) else int(with_text.sum()),
        learned=learned,
    )


def find_candidates(image: Image, directory: Path | None) -> None:
    """Give a large image its index: mapped from ``directory`` where it is saved already, else built and saved."""
    from importlib.util import find_spec

    size = len(image.projects)
    if size < INDEX_FROM or find_spec("faiss") is None:
        return
    ids, asked = image.everyone("INVESTOR" if image.investors else "PLACE")
    if not ids:
        return
    index = CandidateIndex(IndexSpace(image.model, asked))
    key = f"{image.version}|{image.encoder}|{image.position}|{image.model.weights.digest()}|{size}"
    path = None if directory is None else directory / f"index-{hashlib.sha256(key.encode()).hexdigest()[:16]}.faiss"
    if path is not None and path.is_file():
        index.load(path)
    else:
        index.build()
    chosen = np.unique(np.linspace(0, len(ids) - 1, min(len(ids), TUNED_ON)).astype(np.intp))
    sample, exact = [], []
    for subject in map(int, chosen):
        queries = asked.one(subject)
        sample.append(index.space.query(image.model.combined(queries, image.model.weights)))
        exact.append(np.argsort(-image.model.product(queries, image.model.weights), kind="stable")[:50])
    index.tune(sample, exact)
    if path is not None and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        for earlier in path.parent.glob("index-*.faiss"):
            earlier.unlink()
        index.save(path)
    image.index = index


def _prepare_lexical(session: Session, block: LexicalBlock, projects: Projects) -> None:
    encoder = read_lexical(session)
    if encoder is not None:
        hashes, matrix = read_matrix(session, encoder.name)
        block.encoder, block.cached = encoder, dict(zip(hashes, matrix, strict=True))
        return
    texts = {text for by_tag in projects.texts for text in by_tag.values()}
    if 3 <= len(texts) <= SMALL_STORE:
        block.encoder = LexicalEncoder.fit(sorted(texts))


def _time_of(session: Session, position: int) -> datetime:
    """When the change at ``position`` was written: the time of the data, alike in every process."""
    at = session.scalar(select(Change.at).where(Change.sequence == position))
    return at or datetime.fromtimestamp(0, UTC)
