"""Loads the taxonomies: places, concepts, tracks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.taxonomies import ConceptGraph, PlaceTree, Taxonomies, Tracks
from store.models.concepts import Concept, ConceptMapping
from store.models.places import Place
from store.models.programmes import Track, TrackConcept


def _same_labels(
    concepts: Sequence[tuple[Mapping[str, str], str]], edges: Sequence[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Map concepts of different schemes that share a name in some language, unless a mapping exists."""
    stated = {frozenset((source, target)) for source, target, _ in edges}
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code, (names, _) in enumerate(concepts):
        for tag, name in names.items():
            bearers[tag, name.strip().casefold()].append(code)
    pairs: set[tuple[int, int, str]] = set()
    for codes in bearers.values():
        for position, one in enumerate(codes):
            for other in codes[position + 1 :]:
                if concepts[one][1] != concepts[other][1] and frozenset((one, other)) not in stated:
                    pairs.add((one, other, "CLOSE"))
    return sorted(pairs)


def load_taxonomies(session: Session, rates: Mapping[str, float] | None = None) -> Taxonomies:
    """Return the tree of places, the graph of concepts, and the tracks."""
    places = sorted(session.execute(select(Place.id, Place.name, Place.parent_id).where(Place.archived_at.is_(None))))
    place_code = {place_id: code for code, (place_id, _, _) in enumerate(places)}
    parents = np.array([place_code.get(parent or "", -1) for _, _, parent in places], np.int32)
    tree = PlaceTree([row[0] for row in places], [row[1] for row in places], parents)
    concepts = sorted(
        session.execute(
            select(Concept.id, Concept.name, Concept.broader_id, Concept.scheme_id, Concept.description).where(
                Concept.archived_at.is_(None)
            )
        ),
        key=lambda row: str(row[0]),
    )
    concept_code = {concept_id: code for code, (concept_id, *_) in enumerate(concepts)}
    broader = np.array([concept_code.get(parent or "", -1) for _, _, parent, _, _ in concepts], np.int32)
    mappings = session.execute(select(ConceptMapping.source_id, ConceptMapping.target_id, ConceptMapping.relation))
    edges = sorted(
        (concept_code[source], concept_code[target], str(relation))
        for source, target, relation in mappings
        if source in concept_code and target in concept_code
    )
    edges += _same_labels([(name, scheme) for _, name, _, scheme, _ in concepts], edges)
    described = [row[4] or {} for row in concepts]
    graph = ConceptGraph([row[0] for row in concepts], [row[1] for row in concepts], broader, edges, described)
    tracks = sorted(
        session.execute(select(Track.id, Track.name, Track.description).where(Track.archived_at.is_(None))),
        key=lambda row: str(row[0]),
    )
    of_track: dict[str, list[int]] = defaultdict(list)
    for track_id, concept_id in session.execute(select(TrackConcept.track_id, TrackConcept.concept_id)):
        if concept_id in concept_code:
            of_track[track_id].append(concept_code[concept_id])
    listed = Tracks(
        [row[0] for row in tracks],
        [row[1] for row in tracks],
        [sorted(of_track[row[0]]) for row in tracks],
        [row[2] or {} for row in tracks],
    )
    taxonomies = Taxonomies(tree, graph, listed)
    return replace(taxonomies, rates=rates) if rates is not None else taxonomies
