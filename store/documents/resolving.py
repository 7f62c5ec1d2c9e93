"""Resolves drafts to ids: existing records, new ones, and the targets of references."""

from collections.abc import Iterable, Iterator, Sequence

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import Row, normal, shape_of
from store.documents.drafts import Draft, Key, Reference
from store.documents.problems import Problem
from store.documents.vocabulary import identity_of, required
from store.models.base import Identified
from store.models.system import ExternalId
from store.values.ids import new_id

DOCUMENT_SET = "document_set"
"""The entity type under which a loader's fingerprint is stored among the external ids."""
_AT_ONCE = 500


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Split `values` into lists short enough for one statement."""
    listed = sorted(set(values))
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def rows_where(session: Session, model: type[Identified], column: str, ids: Iterable[str]) -> Iterator[Row]:
    """Return whole rows of `model` whose `column` is one of `ids`."""
    table = shape_of(model).table
    for some in chunks(ids):
        for row in session.execute(select(table).where(table.c[column].in_(some))).mappings():
            yield dict(row)


class Resolver:
    """Knows the id of every key in the set, and whether the store already has it.

    After `resolve`, `ids` holds the id of each keyed draft, `existing` those in the store, and `link_ids` the target of
    each reference of a draft.
    """

    def __init__(self, session: Session, drafts: Sequence[Draft], problems: list[Problem]) -> None:
        self.session = session
        self.problems = problems
        self.keyed = {draft.key: draft for draft in drafts if draft.key is not None}
        self.everything = [*drafts, *(link for draft in drafts for link in draft.links)]
        self.ids: dict[Key, str] = {}
        self.existing: set[Key] = set()
        self.adopted: set[Key] = set()
        self._stored: dict[tuple[str, str], dict[str, str]] = {}

    def resolve(self) -> None:
        """Assign an id to every keyed draft; report references that lead nowhere."""
        self._look_up()
        for key in self.keyed:
            if (stored := self._stored.get(key[1:], {}).get(key[0])) is not None:
                self.ids[key] = stored
                self.existing.add(key)
        self._adopt([d for d in self.keyed.values() if shape_of(d.model).editable])
        self._adopt([d for d in self.keyed.values() if not shape_of(d.model).editable])
        for key, draft in self.keyed.items():
            self.ids.setdefault(key, new_id(draft.model.prefix))
        for draft in self.everything:
            for name, reference in draft.references.items():
                self._check(draft, name, reference)
            self._check_required(draft)

    def target(self, reference: Reference | None) -> str | None:
        """Return the id that `reference` points to; None for an empty one, or a problem."""
        candidates = self._candidates(reference) if reference else {}
        return next(iter(candidates.values())) if len(candidates) == 1 else None

    def columns(self, draft: Draft) -> Row:
        """Return all columns that `draft` sets, references as ids."""
        return draft.values | {name: self.target(reference) for name, reference in draft.references.items()}

    def identity(self, draft: Draft) -> str:
        """Return what distinguishes the draft from others of its model, as `identity_of_row` does."""
        columns = self.columns(draft)
        return identity_text(columns.get(name) for name in identity_of(draft.model))

    def _look_up(self) -> None:
        wanted: dict[str, set[str]] = {}
        for draft in self.everything:
            if draft.key:
                wanted.setdefault(draft.key[1], set()).add(draft.key[2])
            for reference in draft.references.values():
                if reference:
                    wanted.setdefault(reference.namespace, set()).add(reference.value)
        for namespace, values in wanted.items():
            for some in chunks(values):
                statement = select(ExternalId.entity_type, ExternalId.value, ExternalId.entity_id).where(
                    ExternalId.namespace == namespace,
                    ExternalId.value.in_(some),
                    ExternalId.entity_type != DOCUMENT_SET,
                )
                for entity_type, value, entity_id in self.session.execute(statement):
                    self._stored.setdefault((namespace, value), {})[entity_type] = entity_id

    def _adopt(self, drafts: Sequence[Draft]) -> None:
        """Find records created under another key, by the rows they join or by notation."""
        by_model: dict[type[Identified], list[Draft]] = {}
        for draft in drafts:
            if draft.key not in self.ids and identity_of(draft.model):
                by_model.setdefault(draft.model, []).append(draft)
        for model, some in by_model.items():
            names = identity_of(model)
            owners = {str(owner) for draft in some if (owner := self.columns(draft).get(names[0]))}
            adopted = {
                identity_of_row(model, row): row["id"] for row in rows_where(self.session, model, names[0], owners)
            }
            for draft in some:
                identifier = adopted.get(self.identity(draft))
                if identifier and draft.key:
                    self.ids[draft.key] = identifier
                    self.existing.add(draft.key)
                    self.adopted.add(draft.key)

    def _candidates(self, reference: Reference) -> dict[str, str]:
        candidates = dict(self._stored.get((reference.namespace, reference.value), {}))
        tables = reference.tables or {
            *candidates,
            *(key[0] for key in self.keyed if key[1:] == (reference.namespace, reference.value)),
        }
        result: dict[str, str] = {}
        for table in tables:
            key = (table, reference.namespace, reference.value)
            if (identifier := self.ids.get(key) or candidates.get(table)) is not None:
                result[table] = identifier
        return result

    def _check(self, draft: Draft, name: str, reference: Reference | None) -> None:
        shown = name.removesuffix("_id")
        if reference is None:
            if name not in shape_of(draft.model).nullable:
                self.problems.append(
                    Problem(draft.lines.get(name, draft.where), draft.label, shown, "", "can't be empty")
                )
            return
        candidates = self._candidates(reference)
        message = ""
        if not candidates:
            kinds = " or ".join(reference.tables).replace("_", " ") or "record"
            message = f"is not the key of a {kinds}, neither in these documents nor in the store"
            others = sorted(self._stored.get((reference.namespace, reference.value), {}))
            others += sorted(key[0] for key in self.keyed if key[1:] == (reference.namespace, reference.value))
            if others:
                message += f" (it is the key of a {others[0].replace('_', ' ')})"
            message += "; correct it, or load the document that has it first"
        elif len(candidates) > 1:
            kinds = " and of a ".join(sorted(candidates))
            message = f"is the key of a {kinds}; write the type too, such as {{Place: {reference}}}"
        else:
            key = (next(iter(candidates)), reference.namespace, reference.value)
            if key in self.keyed and self.keyed[key].absent and key not in self.existing:
                message = "is marked absent"
        if message:
            self.problems.append(Problem(reference.where, draft.label, shown, str(reference), message))

    def _check_required(self, draft: Draft) -> None:
        if draft.absent or (draft.key in self.existing and draft.key is not None):
            return
        for name in required(draft.model):
            wrong = name in draft.lines and name not in draft.values
            if wrong or name in draft.references or draft.values.get(name) not in (None, "", {}):
                continue
            hint = ""
            if draft.key:
                hint = f" (no {draft.model.__name__} in the store has this key; to extend one, load its document first)"
            self.problems.append(
                Problem(
                    draft.where, draft.label, name.removesuffix("_id"), "", f"is missing; a new record needs it{hint}"
                )
            )


def identity_text(values: Iterable[object]) -> str:
    """Return a comparable text of identity columns."""
    parts = [value.text if hasattr(value, "text") else normal(value) for value in values]
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS, default=str).decode()


def identity_of_row(model: type[Identified], row: Row) -> str:
    """Return what distinguishes the stored `row` from others of its model."""
    return identity_text(row[name] for name in identity_of(model))
