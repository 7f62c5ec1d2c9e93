"""Merging: what names one record names the other from then on, and the other keeps what was not known of it.

A row that would say the same twice, such as a second membership in one track, stays with the record that goes, which is
archived: nothing is deleted, and undoing finds it there.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Row, normal, shape_of
from store.changes import keep_commit_order, plain
from store.documents.resolving import rows_where
from store.documents.vocabulary import MONEY, settable
from store.merging.answers import unite
from store.merging.references import key_values, keys_of, references_to
from store.models import (
    Concept,
    DistinctPair,
    Event,
    ExternalId,
    Investor,
    Organisation,
    Place,
    Project,
    RecordMerge,
    Scenario,
    Talent,
)
from store.models.base import Identified, now

MERGEABLE: tuple[type[Identified], ...] = (Concept, Event, Investor, Organisation, Place, Project, Talent)
"""What can be merged."""
_OWN = frozenset({"name", "aliases", "kind", "type", "status", "visibility", "verified", "fictional", "active"})
"""Columns that aren't filled from the other record: states of the record itself, and names, which are joined."""
_TOGETHER: dict[type[Identified], list[list[str]]] = {Place: [["latitude", "longitude"]]}
"""Columns that are filled together or not at all, beside amounts with their currencies."""
_WEIGHTS = ("priority_weights", "industry_weights", "pool")
"""Columns of scenarios in which records are named by id, as keys or as values."""


class MergeError(ValueError):
    """Two records that can't be merged; the message says why, and what to do."""


def merge(session: Session, model: type[Identified], kept_id: str, gone_id: str) -> RecordMerge:
    """Merge the record `gone_id` into `kept_id` in the session's transaction; both are of `model`.

    Raises MergeError for records that can't be merged.
    """
    keep_commit_order(session)
    session.flush()
    rows = {row["id"]: row for row in rows_where(session, model, "id", [kept_id, gone_id])}
    if kept_id == gone_id or len(rows) < 2:
        raise MergeError("Name two records of one type.")
    kept, gone = rows[kept_id], rows[gone_id]
    for row in (kept, gone):
        if row["archived_at"] is not None:
            raise MergeError(f"{row['id']} is archived; restore it first, or undo the merge that archived it.")
    _require_mergeable(session, kept, gone)
    _require_no_circle(session, model, kept_id, gone_id)
    work = _Merging(session, model, kept, gone)
    work.references()
    work.scenarios()
    work.fill()
    work.external_ids()
    work.writer.update(model, gone, {"archived_at": now()})
    work.writer.flush()
    session.expire_all()
    done = RecordMerge(
        entity_type=shape_of(model).entity_type,
        kept_id=kept_id,
        gone_id=gone_id,
        moved=work.moved,
        changed=work.changed,
    )
    session.add(done)
    session.flush()
    return done


def survivor(session: Session, identifier: str) -> str | None:
    """Return the record that a merged one is part of now; None for a record that wasn't merged."""
    found: str | None = None
    current = identifier
    while True:
        into = select(RecordMerge.kept_id).where(RecordMerge.gone_id == current, RecordMerge.undone_at.is_(None))
        kept = session.scalar(into)
        if kept is None or kept == identifier:
            return found
        found = current = kept


class _Merging:
    def __init__(self, session: Session, model: type[Identified], kept: Row, gone: Row) -> None:
        self.session, self.model, self.kept, self.gone = session, model, kept, gone
        self.both = (gone["id"], kept["id"])
        self.writer = BulkWriter(session)
        self.moved: list[list[str]] = []
        """As `RecordMerge.moved`."""
        self.changed: dict[str, dict[str, list[object]]] = {}
        """By row (table and id): the columns that were changed otherwise, before and after."""

    def references(self) -> None:
        """Let every row name the kept record, unless it would say the same twice."""
        taken: dict[tuple[object, ...], None] = {}
        rows: dict[str, tuple[type[Identified], Row, dict[str, object]]] = {}
        for model, column in references_to(self.model):
            keys = keys_of(model, column)
            if keys:
                for row in rows_where(self.session, model, column, [self.kept["id"]]):
                    taken.update(dict.fromkeys(_keys(model, row, keys)))
            for row in rows_where(self.session, model, column, [self.gone["id"]]):
                _, current, values = rows.setdefault(row["id"], (model, row, {}))
                future = {**current, **values, column: self.kept["id"]}
                if self._is_pointless(model, current, column):
                    continue
                own = _keys(model, future, keys)
                if any(each in taken for each in own):
                    self.moved += unite(self.session, self.writer, model, row, column, self.kept["id"], self.changed)
                    continue
                taken.update(dict.fromkeys(own))
                values[column] = self.kept["id"]
                self.moved.append([shape_of(model).entity_type, row["id"], column, *self.both])
        for model, row, values in rows.values():
            if row["id"] not in (self.kept["id"], self.gone["id"]):
                self.writer.update(model, row, values)

    def _is_pointless(self, model: type[Identified], row: Row, column: str) -> bool:
        """Whether a row relates the two, or is one of them."""
        if row["id"] in (self.kept["id"], self.gone["id"]):
            return True
        table = shape_of(self.model).entity_type
        others = [name for name, target in shape_of(model).references.items() if target == table and name != column]
        return any(row[name] == self.kept["id"] for name in others)

    def scenarios(self) -> None:
        """Let weights and pools of scenarios name the kept record; a weight that it has itself stays."""
        self.writer.flush()
        named = [cast(shape_of(Scenario).table.c[name], Text).contains(self.gone["id"]) for name in _WEIGHTS]
        for each in self.session.scalars(select(Scenario.id).where(or_(*named))).all():
            row = next(rows_where(self.session, Scenario, "id", [each]))
            values = {name: _renamed(row[name], *self.both) for name in _WEIGHTS}
            note_changes(self.changed, Scenario, row, values)
            self.writer.update(Scenario, row, values)

    def fill(self) -> None:
        """Complete the kept record from the other: names become other names, and gaps are filled."""
        kept, gone = self.kept, self.gone
        names = {**gone["name"], **kept["name"]}
        other = [text for text in gone["name"].values() if text not in names.values()]
        aliases = [each for each in (*kept["aliases"], *other, *gone["aliases"]) if each not in names.values()]
        values: dict[str, object] = {"name": names, "aliases": list(dict.fromkeys(aliases))}
        together = [*_TOGETHER.get(self.model, []), *(
            [each for each in (money.lowest, money.highest, money.currency) if each]
            for money in MONEY.get(self.model, {}).values()
        )]  # fmt: skip
        grouped = {name for group in together for name in group}
        single = [[name] for name in sorted(settable(self.model) - _OWN - grouped)]
        for group in (*together, *single):
            if all(normal(kept[name]) is None for name in group):
                values.update({name: gone[name] for name in group if gone[name] not in (kept["id"], gone["id"])})
            elif len(group) == 1 and isinstance(kept[group[0]], dict) and isinstance(gone[group[0]], dict):
                values[group[0]] = {**gone[group[0]], **kept[group[0]]}
        for name, target in shape_of(self.model).references.items():  # an organisation within the other
            if target == shape_of(self.model).entity_type and kept[name] == gone["id"]:
                values[name] = gone[name] if gone[name] != kept["id"] else None
        note_changes(self.changed, self.model, kept, values)
        self.writer.update(self.model, kept, values)

    def external_ids(self) -> None:
        """Let the other record's external ids name the kept one, so that imports find it."""
        mine = (
            ExternalId.entity_type == shape_of(self.model).entity_type,
            ExternalId.entity_id == self.gone["id"],
        )  # fmt: skip
        for row in self.session.execute(select(ExternalId.namespace, ExternalId.value).where(*mine)):
            self.moved.append(["external_id", row.namespace, row.value, *self.both])
        self.session.connection().execute(update(ExternalId).where(*mine).values(entity_id=self.kept["id"]))


def note_changes(
    changed: dict[str, dict[str, list[object]]], model: type[Identified], row: Row, values: Mapping[str, object]
) -> None:
    """Note the columns of a row that `values` changes, before and after, as JSON."""
    differing = {name: value for name, value in values.items() if normal(row[name]) != normal(value)}
    if differing:
        noted = changed.setdefault(f"{shape_of(model).entity_type}:{row['id']}", {})
        noted.update({name: [plain(row[name]), plain(value)] for name, value in differing.items()})


def _keys(model: type[Identified], row: Row, keys: list[tuple[str, ...]]) -> list[tuple[object, ...]]:
    return [(model, key, key_values(row, key)) for key in keys]


def _renamed(value: object, gone: str, kept: str) -> object:
    """A JSON value that names the record `kept` where it named `gone`, unless it names both as keys."""
    if isinstance(value, dict):
        others = {name: _renamed(each, gone, kept) for name, each in value.items() if name != gone}
        return others if gone not in value else {kept: _renamed(value[gone], gone, kept), **others}
    if isinstance(value, list):
        return list(dict.fromkeys(_renamed(each, gone, kept) for each in value)) if gone in value else [
            _renamed(each, gone, kept) for each in value
        ]  # fmt: skip
    return kept if value == gone else value


def _require_mergeable(session: Session, kept: Row, gone: Row) -> None:
    """Raise MergeError for two concepts of different vocabularies, and for two records that were said not to be one."""
    if kept.get("scheme_id") != gone.get("scheme_id"):
        raise MergeError("They are of two vocabularies; map the one concept to the other instead.")
    pair = select(DistinctPair.id).where(DistinctPair.first_id.in_(both := (kept["id"], gone["id"])))
    if (apart := session.scalar(pair.where(DistinctPair.second_id.in_(both)))) is not None:
        raise MergeError(f"Somebody said that they aren't one; if they are, withdraw that first: {apart}.")


def _require_no_circle(session: Session, model: type[Identified], kept_id: str, gone_id: str) -> None:
    """Raise MergeError where the kept record lies somewhere within the other, so that it would lie in itself."""
    for column, target in shape_of(model).references.items():
        if target != shape_of(model).entity_type:
            continue
        current, seen = kept_id, {kept_id}
        above: list[str] = []
        while rows := list(rows_where(session, model, "id", [current])):
            current = rows[0][column]
            if current is None or current in seen:
                break
            seen.add(current)
            above.append(current)
        if gone_id in above[1:]:
            raise MergeError(
                f"{kept_id} lies in {gone_id} through {above[0]}; merge the other way round, or move it first."
            )
