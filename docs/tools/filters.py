"""Writes which fields filter into docs/graphql.md: ``python -m docs.tools.filters [--check]``

A field of a listed type has a filter of its name, is covered by another filter, or has a reason here for having none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import schema.domain.catalogue  # noqa: F401  (fills CORE)
from schema.declarations.base import Declaration
from schema.declarations.columns import (
    Column,
    Localized,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    Translations,
)
from schema.declarations.computed import Batch
from schema.declarations.entities import CORE, Entity
from schema.declarations.relations import Relation
from schema.sql.filtering import filter_arguments
from schema.sql.scope import camel
from store.search.fields import SEARCHABLE

PAGE = Path(__file__).parents[1] / "graphql.md"
BEGIN, END = "<!-- filters: python -m docs.tools.filters -->", "<!-- end of filters -->"

COMMON = ("id", "external_ids", "created_at", "updated_at", "archived", "fictional")
"""Filters that are named once, above the table."""
ROW = (Column, Localized, MoneyRange, MoneyValue, PartialDateValue, Relation, Translations)
SCALARS = frozenset({"Boolean", "Int", "Float", "String", "Decimal", "DateTime", "ID"})
STRUCTURE, REMARK, HIDDEN = "a structure", "a remark for readers", "would tell of hidden writes"
FEW = "too few records for an index of words"
EVERYWHERE: dict[str, str] = {
    "version": "use `updatedAt`",
    "archived_at": "use `archived`",
    "quote": "the source's own words; find the source",
}
"""Why a field of many types has no filter; named once, above the table."""
WITHOUT: dict[str, str] = {
    "RankingSnapshot.asked": STRUCTURE,
    "RankingSnapshot.weights": STRUCTURE,
    "RankingSnapshot.rerankers": STRUCTURE,
    "RankingSnapshot.data_position": HIDDEN,
    "RankingSnapshot.computed_at": HIDDEN,
    "Scenario.pool": STRUCTURE,
    "Scenario.name": FEW,
    "Scenario.description": FEW,
    "ConceptScheme.name": FEW,
    "ConceptScheme.aliases": FEW,
    "ConceptScheme.description": FEW,
    "Event.advancement": STRUCTURE,
    "Event.deadline": "use `deadlineAt`",
    "EventEdition.deadline": "use `deadlineAt`",
    "MatchingNeed.deadline_time": "use `deadlineTimeAt`",
    "CorrectionRequest.language": REMARK,
    "CorrectionRequest.present": REMARK,
    "CorrectionRequest.proposed": REMARK,
    "CorrectionRequest.reason": REMARK,
    "CorrectionRequest.source_url": REMARK,
    "CorrectionRequest.answer": REMARK,
    "CorrectionRequest.asked_by": "a name that is made up for each reader",
    "CorrectionRequest.mine": "differs for each reader",
    "Talent.degrees": STRUCTURE,
    "Place.priorities_version": "belongs to a mutation",
    "SourceDocument.correction_contact": REMARK,
    "StatisticalClaim.note": REMARK,
    "Interest.note": "private",
    "Interest.feedback": REMARK,
    "Match.note": "private",
    "Match.reason": REMARK,
    "Merge.moved_count": "a count of a structure",
    "Job.arguments": STRUCTURE,
    "Job.result": STRUCTURE,
    "Job.message": REMARK,
    "Job.error": REMARK,
    "Document.caption": FEW,
    "Document.credit": REMARK,
    "Document.source": REMARK,
    "Document.link": "each has its own",
    "Document.file_name": "filter by the record and the kind",
    "Document.url": "made from the id or the link",
    "Document.uploaded_by": "a name that is made up for each reader",
    "Notification.recipient": "a name that is made up for each reader",
    "Notification.subject": "a text for its recipient alone",
    "Notification.text": "a text for its recipient alone",
    "Notification.link": "a text for its recipient alone",
    "Notification.channels": STRUCTURE,
    "Notification.detail": REMARK,
    "Job.asked_by": "a name that is made up for each reader",
}
"""Why a field has no filter."""


@dataclass
class Covered:
    """How one type's fields filter."""

    filters: list[str]
    """Its own filters, beside the common ones."""
    by_other: dict[str, list[str]] = field(default_factory=dict)
    """Fields covered by a filter with another name, by that."""
    without: dict[str, list[str]] = field(default_factory=dict)
    """Fields without a filter, by the reason."""
    open: list[str] = field(default_factory=list)
    """Fields without a filter and without a reason."""


def coverage() -> dict[str, Covered]:
    """Return how each listed type's fields filter, by its name."""
    return {name: _covered(each) for name, each in sorted(CORE.items()) if each.root is not None}


def _covered(entity: Entity) -> Covered:
    names = [each.name for each in filter_arguments(entity)]
    found = Covered([camel(name) for name in names if name not in COMMON])
    for name, declaration in _scalars(entity):
        other, reason = _filter_of(entity, declaration), WITHOUT.get(f"{entity.name}.{name}", EVERYWHERE.get(name))
        if name in names:
            continue
        if other in names:
            found.by_other.setdefault(str(other), []).append(camel(name))
        elif reason is not None:
            found.without.setdefault(reason, []).append(camel(name))
        elif not isinstance(declaration, Translations):  # its text is listed
            found.open.append(name)
    return found


def _scalars(entity: Entity) -> Iterator[tuple[str, Declaration]]:
    for name, declaration in entity.fields.items():
        scalar = isinstance(declaration, Batch) and declaration.type.strip("[]!") in SCALARS
        if scalar or isinstance(declaration, ROW):
            yield name, declaration


def _filter_of(entity: Entity, declaration: Declaration) -> str | None:
    for each in entity.filters.values():
        if declaration.name in each.fields:
            return each.name
    texts = SEARCHABLE[entity.prefix].names if entity.prefix in SEARCHABLE else ()
    return "search" if set(declaration.columns) & set(texts) else None


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| type | covered by another filter | without, and why |", "|---|---|---|"]
    for name, each in coverage().items():
        others = "; ".join(f"{_code(fields)} by `{camel(other)}`" for other, fields in each.by_other.items())
        told = {reason: fields for reason, fields in each.without.items() if reason not in EVERYWHERE.values()}
        without = "; ".join(f"{_code(fields)}: {reason}" for reason, fields in told.items())
        if others or without:
            lines.append(f"| `{name}` | {others} | {without} |")
    return "\n".join(lines)


def _code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def written(page: str) -> str:
    """Return the page with the current table."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="Fail if the page is out of date; write nothing.")
    page = PAGE.read_text("utf-8")
    now = written(page)
    if parser.parse_args().check:
        return int(now != page)
    PAGE.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
