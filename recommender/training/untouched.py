"""Which lists of an earlier run the changes since then leave as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from recommender.pool.profiles import Profile, SubjectKind
from recommender.serving.overview import fit_matrix
from recommender.snapshot.change_set import Touched
from recommender.snapshot.follower import MOST_CHANGES
from recommender.text import chunks_of, hash_of
from store.changes import read_changes

if TYPE_CHECKING:
    from recommender.serving.service import Recommender
    from recommender.snapshot.pool_snapshot import PoolSnapshot

SUBJECTS_AT_ONCE = 512
SLACK = 1e-3
"""Points by which a score may be wrong where fits are computed for many at once."""


def fit_of(snapshot: PoolSnapshot, recommender: Recommender) -> str:
    """Return what scores depend on beside subject and project: lists of different fits don't compare."""
    parts = (
        snapshot.version,
        snapshot.encoder,
        snapshot.scale,
        snapshot.model.weights.digest(),
        snapshot.fitted_at,
        [gate.name for gate in recommender.gates],
        len(recommender.rerankers),
    )
    return "|".join(map(str, parts))


def is_waiting(snapshot: PoolSnapshot) -> bool:
    """Return whether the text of a project or a subject has no vector yet."""
    if snapshot.unencoded or any(getattr(block, "waiting_", ()) for block in snapshot.model.blocks):
        return True
    vectors = snapshot.model.context_.vectors
    if not vectors.spaces:
        return True
    known = vectors.rows[vectors.spaces[0].name]
    everybody = (*snapshot.investors.values(), *snapshot.places.values())
    texts = (each.text for own in everybody for each in (*own.texts, *own.need_texts, *own.evidence_texts))
    return any(hash_of(chunk) not in known for text in texts for chunk in chunks_of(text))


def untouched(
    recommender: Recommender,
    snapshot: PoolSnapshot,
    position: int,
    lists: Mapping[str, Sequence[tuple[str, float]]],
    top: int,
    *,
    waited: bool,
    aged: bool,
) -> set[str]:
    """Return whose lists no change after ``position`` touches, of ``lists`` (project and score, best first).

    The snapshot must be of the same fit. Touched is a list whose subject changed, that holds a changed project or
    learnt from one, and one that a changed project would enter now. Lists of places are always taken as touched: they
    are spread over more projects than they show. ``waited`` says that texts had no vectors then, ``aged`` that the
    age of acts is counted from another day now. Where plugins rank along, everything is touched.
    """
    blocks = recommender.keeper.blocks()
    if blocks or recommender.rerankers or not all(gate.steady for gate in recommender.gates):
        return set()
    with recommender.database.read() as session:
        changes = read_changes(session, position, limit=MOST_CHANGES)
        touched = Touched.by(session, [each for each in changes if each.sequence <= snapshot.position])
    if len(changes) == MOST_CHANGES or touched.everything or (touched.vectors and waited):
        return set()
    profiles = {own: snapshot.investors[own] for own in lists if own in snapshot.investors}
    kept = [
        own
        for own, each in profiles.items()
        if own not in touched.subjects and not _holds(each, lists, touched) and not (aged and each.history)
    ]
    present = sorted(each for each in touched.projects if each in snapshot.projects.row_of)
    if not present:
        return set(kept)
    entered: set[str] = set()
    for start in range(0, len(kept), SUBJECTS_AT_ONCE):
        part = kept[start : start + SUBJECTS_AT_ONCE]
        best = fit_matrix(snapshot, part, present).scores.max(axis=1)
        for own, score in zip(part, best.tolist(), strict=True):
            if len(lists[own]) < top or score >= lists[own][-1][1] - SLACK:
                entered.add(own)
    return set(kept) - entered


def _holds(profile: Profile, lists: Mapping[str, Sequence[tuple[str, float]]], touched: Touched) -> bool:
    """Return whether a changed project is on the subject's list or in its history."""
    assert profile.kind is SubjectKind.INVESTOR
    listed = {project for project, _ in lists[profile.id]}
    return bool(touched.projects & (listed | {act.project_id for act in profile.history}))
