"""The profiles of records that plugins have ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from sqlalchemy import inspect, literal, select
from sqlalchemy.orm import Session

from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.pool.ranked_kinds import Acts, Membership, RankedKind
from recommender.snapshot.loading.columns import grouped
from store.models.base import table_of


def load_ranked(session: Session, kinds: Iterable[RankedKind]) -> dict[str, dict[str, Profile]]:
    """Return the profiles of all records that aren't archived, by kind and id."""
    listed = tuple(kinds)
    present = set(inspect(session.connection()).get_table_names()) if listed else set()
    return {each.name: _profiles(session, each) if each.tables <= present else {} for each in listed}


def _profiles(session: Session, kind: RankedKind) -> dict[str, Profile]:
    table = table_of(kind.model)
    texts = tuple(dict.fromkeys(("name", *kind.texts))) if "name" in table.c else kind.texts
    columns = [table.c[name] for name in dict.fromkeys((*texts, *([kind.place] if kind.place else [])))]
    rows = session.execute(select(table.c.id, *columns).where(table.c.archived_at.is_(None))).mappings().all()
    concepts, tracks = _linked(session, kind.concepts), _linked(session, kind.tracks)
    history = {} if kind.acts is None else load_acts(session, kind.acts)
    profiles: dict[str, Profile] = {}
    for row in rows:
        own = str(row["id"])
        place = row[kind.place] if kind.place else None
        profiles[own] = Profile(
            id=own,
            kind=SubjectKind.ENTITY,
            name=row.get("name") or {},
            texts=[
                WeightedText(text, tag)
                for name in kind.texts
                for tag, text in sorted((row[name] or {}).items())
                if text.strip()
            ],
            concepts=dict.fromkeys(concepts.get(own, ()), 1.0),
            tracks=dict.fromkeys(tracks.get(own, ()), 1.0),
            places=frozenset([str(place)] if place else ()),
            history=history.get(own, ()),
        )
    return profiles


def load_acts(session: Session, acts: Acts) -> dict[str, list[Evidence]]:
    """Return what each record did with projects; what the rankings don't know as an act says nothing."""
    columns = table_of(acts.model).c
    act = columns[acts.act] if acts.act in columns else literal(acts.act)
    wanted = select(columns[acts.record], columns[acts.project], act, columns[acts.day])
    found: dict[str, list[Evidence]] = defaultdict(list)
    for record, project, name, day in session.execute(wanted.order_by(columns.id)):
        if name in EvidenceKind.__members__:
            moment = None if day is None else np.datetime64(str(day)[:10], "D")
            found[str(record)].append(Evidence(str(project), EvidenceKind[name], moment))
    return found


def _linked(session: Session, link: Membership | None) -> dict[str, list[str]]:
    if link is None:
        return {}
    table = table_of(link.model)
    found = grouped(session.execute(select(table.c[link.near], table.c[link.far])).all())
    return {own: [str(far) for (far,) in rows] for own, rows in found.items()}
