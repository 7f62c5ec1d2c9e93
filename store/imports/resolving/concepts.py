"""Finds fields, industries and tracks by key or label; missing fields are created, queued or refused."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import BulkWriter
from store.enums import MappingRelation, TermState
from store.imports.resolving.keys import Keys, short
from store.imports.values.folding import folded
from store.imports.values.scripts import language_in, language_of
from store.models import Concept, ConceptMapping, ConceptScheme, ExternalId, Track, UnmappedTerm

_LONGEST_NOTATION = 120
Term = tuple[str | None, str, str | None]
"""Scheme's key (None: the import's own), label, and what to do if the scheme lacks it."""


@dataclass(slots=True)
class _Scheme:
    id: str | None
    """None until created."""
    key: tuple[str, str]
    open_ended: bool
    concepts: dict[str, str] = field(default_factory=dict)
    """Folded label, alias or notation to id."""


class Concepts:
    """Finds concepts; with `writer`, creates missing ones. Holds every label of the store in memory."""

    def __init__(self, session: Session, namespace: str, keys: Keys, writer: BulkWriter | None = None) -> None:
        self.namespace = namespace
        self.writer = writer
        self._keys = keys
        self._by_id: dict[str, _Scheme] = {}
        self._by_key: dict[tuple[str, str], _Scheme] = {}
        self._same_label: dict[str, list[str]] = {}
        self._concept_keys: dict[tuple[str, str], str] = {}
        self._found: dict[Term, str | None] = {}
        self._decided: dict[str, str | None] = _decisions(session)
        rows = session.execute(select(ConceptScheme.id, ConceptScheme.open_ended))
        schemes: dict[str, bool] = {row.id: row.open_ended for row in rows}
        for row in _keys_of(session, ConceptScheme.__tablename__):
            if row[2] in schemes:
                scheme = self._by_id.setdefault(row[2], _Scheme(row[2], (row[0], row[1]), schemes[row[2]]))
                self._by_key[row[0], row[1]] = scheme
        for identifier, open_ended in schemes.items():
            self._by_id.setdefault(identifier, _Scheme(identifier, ("", identifier), open_ended))
        self._concept_keys = {(row[0], row[1]): row[2] for row in _keys_of(session, Concept.__tablename__)}
        columns = (Concept.id, Concept.scheme_id, Concept.notation, Concept.name, Concept.aliases)
        for concept in session.execute(select(*columns)):  # archived ones too: their notation is taken
            labels = [concept.notation, *concept.name.values(), *(concept.aliases or ())]
            self._add(self._by_id[concept.scheme_id], concept.id, labels)

    def find(self, term: Term, language: str | None = None) -> str | None:
        """Return the id of a concept; None for one to be queued, or created without a writer.

        A new concept gets its label in `language`, if stated, else in the language of its script. Raises ValueError
        with the remedy if the term is not accepted.
        """
        if term not in self._found:
            concept = self._resolve(term, language)
            if concept is None and self.writer is None:
                return None
            self._found[term] = concept
        return self._found[term]

    def knows(self, scheme_key: str | None, label: str) -> bool:
        """Return whether the scheme has this label, as last read or written."""
        namespace, colon, value = (scheme_key or self.namespace).partition(":")
        scheme = self._by_key.get((namespace, value) if colon else (self.namespace, namespace))
        return scheme is not None and folded(label) in scheme.concepts

    def state_of(self, label: str) -> TermState:
        """Return what a term is queued as: rejected where organisers rejected it."""
        return TermState.REJECTED if folded(label) in self._decided else TermState.OPEN

    def _resolve(self, term: Term, language: str | None) -> str | None:
        scheme_key, label, unknown = term
        namespace, colon, value = label.partition(":")
        if colon and (concept := self._concept_keys.get((namespace, value))) is not None:
            return concept
        scheme = self._scheme(scheme_key)
        if (concept := scheme.concepts.get(folded(label))) is not None:
            return concept
        own = scheme.key[0] == self.namespace
        action = unknown or ("create" if own else "queue" if scheme.open_ended else "error")
        if action == "queue":
            return self._decided.get(folded(label))
        if action == "create":
            return self._make(scheme, label, language) if self.writer is not None else None
        shown = f"{scheme.key[0]}:{scheme.key[1]}"
        raise ValueError(
            f"{label!r} is not in the scheme {shown}, which is closed; write one of its labels, or map it in 'values'"
        )

    def _scheme(self, key: str | None) -> _Scheme:
        namespace, colon, value = (key or self.namespace).partition(":")
        full = (namespace, value) if colon else (self.namespace, namespace)
        scheme = self._by_key.get(full)
        if scheme is None:
            if full[0] != self.namespace:
                known = ", ".join(sorted(":".join(known) for known in self._by_key)) or "none yet"
                raise ValueError(f"belongs to the scheme {key}, which is not in the store; it has {known}")
            scheme = self._by_key[full] = _Scheme(None, full, True)
        return scheme

    def _make(self, scheme: _Scheme, label: str, language: str | None) -> str:
        assert self.writer is not None
        if scheme.id is None:
            name = scheme.key[1].replace("-", " ").replace("_", " ")
            scheme.id = self.writer.create(ConceptScheme, {"name": {language_of(name): name}, "open_ended": True})
            self._keys.add(ConceptScheme.__tablename__, *scheme.key, scheme.id)
            self._by_id[scheme.id] = scheme
        identifier = self.writer.create(
            Concept,
            {
                "scheme_id": scheme.id,
                "notation": short(label, _LONGEST_NOTATION),
                "name": {language_in(label, language): label},
            },
        )
        key = short(f"{scheme.key[1]}/{folded(label)}")
        if (scheme.key[0], key) in self._concept_keys:  # of a label that was folded further when it was created
            key = short(f"{scheme.key[1]}/{folded(label)}/{hashlib.sha256(label.encode()).hexdigest()[:12]}")
        self._keys.add(Concept.__tablename__, scheme.key[0], key, identifier)
        for same in self._same_label.get(folded(label), ()):
            self.writer.create(
                ConceptMapping,
                {
                    "source_id": identifier,
                    "target_id": same,
                    "relation": MappingRelation.CLOSE,
                    "note": "The same label, found by an import.",
                },
            )
        self._add(scheme, identifier, [label])
        return identifier

    def _add(self, scheme: _Scheme, identifier: str, labels: Iterable[str]) -> None:
        for text in {folded(label) for label in labels if label}:
            scheme.concepts.setdefault(text, identifier)
            self._same_label.setdefault(text, []).append(identifier)


class Tracks:
    """Finds tracks by key, code or name."""

    def __init__(self, session: Session) -> None:
        self._by_text: dict[str, set[str]] = {}
        self._shown: dict[str, str] = {}
        self._by_key = {f"{row[0]}:{row[1]}": row[2] for row in _keys_of(session, Track.__tablename__)}
        columns = (Track.id, Track.code, Track.name, Track.aliases)
        for track in session.execute(select(*columns).where(Track.archived_at.is_(None))):
            for text in [track.code, *track.name.values(), *(track.aliases or ())]:
                self._by_text.setdefault(folded(text), set()).add(track.id)
        self._shown = {identifier: key for key, identifier in self._by_key.items()}

    def find(self, text: str) -> str:
        """Return the id of the track; raises ValueError with the remedy."""
        if (known := self._by_key.get(text)) is not None:
            return known
        named = self._by_text.get(folded(text)) or set()
        if len(named) == 1:
            return next(iter(named))
        keys = sorted(self._shown.get(identifier, identifier) for identifier in named or self._shown)
        if named:
            raise ValueError(f"{text!r} is a track of several programmes; write its key: {' or '.join(keys)}")
        allowed = ", ".join(keys[:12]) or "none yet; load a programme first"
        raise ValueError(f"{text!r} is not a track; write its name, its code, or one of these keys: {allowed}")


def _decisions(session: Session) -> dict[str, str | None]:
    """Return what organisers decided on terms, by the folded term: a concept, or None for a rejected one."""
    decided = select(UnmappedTerm.term, UnmappedTerm.concept_id).where(UnmappedTerm.state != TermState.OPEN)
    return {folded(term): concept for term, concept in session.execute(decided.order_by(UnmappedTerm.updated_at))}


def _keys_of(session: Session, entity_type: str) -> list[tuple[str, str, str]]:
    statement = select(ExternalId.namespace, ExternalId.value, ExternalId.entity_id)
    rows = session.execute(statement.where(ExternalId.entity_type == entity_type))
    return [(namespace, value, entity_id) for namespace, value, entity_id in rows]
