"""Answers and talks of one side about both records: the later answer counts, and talks become one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Row, shape_of
from store.changes import plain
from store.documents.resolving import rows_where
from store.documents.vocabulary import identity_of
from store.merging.references import key_values
from store.models import Interest, Match, MatchStep
from store.models.base import Identified, now

Changed = dict[str, dict[str, list[object]]]
_ANSWER = ("kind", "reason", "note", "feedback", "answered_at", "archived_at")
_STATE = ("stage", "since", "stated_by", "confirmed", "reason")


def unite(
    session: Session, writer: BulkWriter, model: type[Identified], row: Row, column: str, kept_id: str, changed: Changed
) -> list[list[str]]:
    """Unite a row that stays with the record that goes, by `column`, with its like of the kept record.

    Returns what was moved, as in `RecordMerge.moved`; notes in `changed` what was changed.
    """
    if model not in (Interest, Match):
        return []
    other = "subject_id" if column == "project_id" else "project_id"
    like = next(each for each in rows_where(session, model, column, [kept_id]) if each[other] == row[other])
    if model is Match:
        return _talks(session, writer, row, like, changed)
    _answers(writer, row, like, changed)
    return []


def _answers(writer: BulkWriter, row: Row, like: Row, changed: Changed) -> None:
    """Exchange two answers if the one that stays behind is the later one, or the only one that stands."""
    stands, later = row["archived_at"] is None, row["answered_at"] > like["answered_at"]
    if stands and (later or like["archived_at"] is not None):
        _write(writer, Interest, like, {name: row[name] for name in _ANSWER}, changed)
        _write(writer, Interest, row, {name: like[name] for name in _ANSWER}, changed)


def _talks(session: Session, writer: BulkWriter, row: Row, like: Row, changed: Changed) -> list[list[str]]:
    """Give the kept record's talks the other's steps, note and, if they are later, their state."""
    names = identity_of(MatchStep)
    present = {key_values(step, names) for step in rows_where(session, MatchStep, "match_id", [like["id"]])}
    moved = []
    for step in rows_where(session, MatchStep, "match_id", [row["id"]]):
        if key_values({**step, "match_id": like["id"]}, names) not in present:
            writer.update(MatchStep, step, {"match_id": like["id"]})
            moved.append([shape_of(MatchStep).entity_type, step["id"], "match_id", row["id"], like["id"]])
    values: Row = {}
    if _reached(row) > _reached(like) or like["archived_at"] is not None:
        values = {name: row[name] for name in _STATE} | {"archived_at": row["archived_at"]}
    notes = [each for each in (like["note"], row["note"]) if each]
    if notes:
        values["note"] = "\n\n".join(dict.fromkeys(notes))
    _write(writer, Match, like, values, changed)
    _write(writer, Match, row, {"archived_at": row["archived_at"] or now()}, changed)
    return moved


def _reached(row: Row) -> str:
    """When talks reached their stage, as text that sorts; undated ones come first."""
    return f"{row['since_earliest'] or ''} {row['updated_at'].isoformat()}" if row["archived_at"] is None else ""


def _write(writer: BulkWriter, model: type[Identified], row: Row, values: Row, changed: Changed) -> None:
    noted = changed.setdefault(f"{shape_of(model).entity_type}:{row['id']}", {})
    noted.update({name: [plain(row[name]), plain(value)] for name, value in values.items() if row[name] != value})
    writer.update(model, row, values)
