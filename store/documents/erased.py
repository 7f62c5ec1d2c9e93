"""Leaves out what documents say about erased persons, and everything that depends on it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import shape_of
from store.documents.drafts import Draft, Key, Reference
from store.documents.vocabulary import ANY_TYPE, identity_of
from store.erased_keys import LEFT_OUT, ErasedKeys
from store.models import ENTITIES
from store.models.base import table_of
from store.models.system import ExternalId


def leave_out_erased(session: Session, drafts: Sequence[Draft]) -> tuple[list[Draft], list[str]]:
    """Return the drafts that remain, and a line for each record, link and reference left out.

    A record goes with its links; a link or a claim goes with either record it joins; any other record loses only the
    field that names an erased one.
    """
    erased = ErasedKeys(session)
    if not erased:
        return list(drafts), []
    return _Leaving(session, erased, drafts).leave()


class _Leaving:
    """A set of drafts; `_gone` collects those left out because of others."""

    def __init__(self, session: Session, erased: ErasedKeys, drafts: Sequence[Draft]) -> None:
        self.session = session
        self.erased = erased
        self.drafts = list(drafts)
        self.lines: list[str] = []
        self._gone: set[Key] = set()
        self._keyed = {draft.key for draft in drafts if draft.key}

    def leave(self) -> tuple[list[Draft], list[str]]:
        """Leave out drafts until no more follow."""
        before = -1
        while before != len(self.lines):
            before = len(self.lines)
            self.drafts = [draft for draft in self.drafts if self._stays(draft)]
            for draft in self.drafts:
                draft.links = [link for link in draft.links if self._stays(link)]
        return self.drafts, self.lines

    def _stays(self, draft: Draft) -> bool:
        if draft.key is not None and draft.key in self.erased:
            return self._leave(draft)
        for name, reference in list(draft.references.items()):
            if reference is None or not self._is_gone(reference):
                continue
            shape = shape_of(draft.model)
            hangs = (draft.model, name) in ANY_TYPE or name in identity_of(draft.model)
            if hangs or name not in shape.nullable or not shape.editable:
                return self._leave(draft)
            del draft.references[name]
            self.lines.append(f"{reference.where}: {draft.label}, {name.removesuffix('_id')}: {LEFT_OUT}")
        return True

    def _leave(self, draft: Draft) -> bool:
        self.lines.append(f"{draft.where}: {draft.label}: {LEFT_OUT}")
        if draft.key is not None:
            self._gone.add(draft.key)
        return False

    def _is_gone(self, reference: Reference) -> bool:
        """Return whether it leads only to what is left out."""
        tables = reference.tables or tuple(str(table_of(model).name) for model in ENTITIES.values())
        keys = [(table, reference.namespace, reference.value) for table in tables]
        left = {key for key in keys if key in self._gone or key in self.erased}
        if not left or any(key in self._keyed and key not in left for key in keys):
            return False
        others = [table for table, *_ in keys if (table, reference.namespace, reference.value) not in left]
        stored = select(ExternalId.entity_id).where(
            ExternalId.entity_type.in_(others),
            ExternalId.namespace == reference.namespace,
            ExternalId.value == reference.value,
        )
        return not others or self.session.scalar(stored.limit(1)) is None
