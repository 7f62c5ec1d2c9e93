"""Checks everything, then writes what differs."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Edits, Row, edits_of, normal, shape_of
from store.changes import keep_commit_order
from store.documents.circles import check_circles
from store.documents.drafts import Draft, Drafter, merge
from store.documents.erased import leave_out_erased
from store.documents.problems import DocumentsError, Problem, Where
from store.documents.reading import document_files, read_records
from store.documents.resolving import DOCUMENT_SET, Resolver, identity_of_row, rows_where
from store.documents.vocabulary import ACCUMULATING, identity_of
from store.models.base import Identified, now
from store.models.system import ExternalId
from store.values.ids import prefix_of

_FORMAT = b"1"
"""Raise it when a change of the loader requires the same documents to be read again."""


@dataclass(slots=True)
class LoadReport:
    """The result of a load; the counters are by table, links included."""

    files: int = 0
    records: int = 0
    skipped: bool = False
    """The documents are those loaded last: nothing was examined."""
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    """Fields that were edited through the API and differ from the document: left as edited."""
    erased: list[str] = field(default_factory=list)
    """Entries about erased persons: not loaded again."""

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.updated or self.removed)

    def __str__(self) -> str:
        if self.skipped:
            return f"{self.files} files: unchanged since they were loaded last"
        counts = ", ".join(
            f"{sum(counter.values())} {name}"
            for name, counter in (("created", self.created), ("updated", self.updated), ("removed", self.removed))
        )
        unchanged = f"; {len(self.kept)} fields left as edited by hand" if self.kept else ""
        erased = f"; {len(self.erased)} entries erased, not loaded again" if self.erased else ""
        return f"{self.records} records of {self.files} files: {counts}{unchanged}{erased}"


def load(
    session: Session,
    paths: Sequence[Path],
    namespace: str,
    *,
    models: Sequence[type[Identified]] = (),
    again: bool = False,
) -> LoadReport:
    """Load data documents in `session`'s transaction (of `Database.write`). Writes only differences.

    `paths` are files or directories; `namespace` completes keys without one. `models` are a plugin's tables that its
    documents fill. Files identical to those loaded last are skipped, unless `again`. Raises DocumentsError, with every
    problem, before anything is written.
    """
    files = document_files(paths)
    contents = _contents(files)
    name, fingerprint = _set_fingerprint(namespace, contents)
    report = LoadReport(files=len(files))
    if _is_loaded(session, namespace, name, fingerprint) and not again:
        report.skipped = True
        return report
    keep_commit_order(session)
    if _is_loaded(session, namespace, name, fingerprint) and not again:  # by another process, while we waited
        report.skipped = True
        return report
    problems: list[Problem] = []
    drafter = Drafter(namespace, problems, tuple(models))
    raw = [record for path, content in contents.items() for record in read_records(path, content, problems)]
    report.records = len(raw)
    drafts = merge([draft for record in raw for draft in drafter.drafts(record)], problems)
    session.flush()
    drafts, report.erased = leave_out_erased(session, drafts)
    resolver = Resolver(session, drafts, problems)
    resolver.resolve()
    links = _links(resolver, drafts, problems)
    check_circles(session, resolver, problems)
    if problems:
        raise DocumentsError(sorted(problems, key=lambda problem: (str(problem.where.path), problem.where.line)))
    _Loading(session, resolver, report).write(links)
    session.merge(
        ExternalId(entity_type=DOCUMENT_SET, namespace=namespace, value=name, entity_id="", fingerprint=fingerprint)
    )
    session.flush()
    return report


def _is_loaded(session: Session, namespace: str, name: str, fingerprint: str) -> bool:
    """Return whether exactly these documents were loaded last."""
    known = session.get(ExternalId, (DOCUMENT_SET, namespace, name), populate_existing=True)
    return known is not None and known.fingerprint == fingerprint


def _contents(files: Sequence[Path]) -> dict[Path, bytes]:
    contents: dict[Path, bytes] = {}
    for path in files:
        try:
            contents[path] = path.read_bytes()
        except OSError as error:
            raise DocumentsError([Problem(Where(path, 1), "", "", "", f"can't be read: {error.strerror}")]) from error
    return contents


def _set_fingerprint(namespace: str, contents: dict[Path, bytes]) -> tuple[str, str]:
    """Name this set of files and hash their contents, independent of directories."""
    names = hashlib.sha256("\n".join(sorted(path.name for path in contents)).encode()).hexdigest()[:32]
    digest = hashlib.sha256(_FORMAT + namespace.encode())
    for content in sorted(hashlib.sha256(content).digest() for content in contents.values()):
        digest.update(content)
    return names, digest.hexdigest()


def _links(resolver: Resolver, drafts: Sequence[Draft], problems: list[Problem]) -> list[Draft]:
    """Collect every link without a key; a link given twice counts once."""
    links = [link for draft in drafts for link in draft.links] + [draft for draft in drafts if draft.key is None]
    by_identity: dict[tuple[type[Identified], str], Draft] = {}
    for link in links:
        if any(reference and resolver.target(reference) is None for reference in link.references.values()):
            continue  # already a problem
        first = by_identity.setdefault((link.model, resolver.identity(link)), link)
        if first is not link:
            for name, value in link.values.items():
                if name != "ordinal" and first.values.setdefault(name, value) != value:
                    message = f"contradicts {first.where}, which says {first.values[name]!r}; keep one of them"
                    problems.append(Problem(link.where, link.label, name, str(value), message))
    return list(by_identity.values())


def _is_id(value: object) -> bool:
    return isinstance(value, str) and prefix_of(value) is not None


class _Loading:
    """Writes the drafts of one resolved set."""

    def __init__(self, session: Session, resolver: Resolver, report: LoadReport) -> None:
        self.session = session
        self.resolver = resolver
        self.report = report
        self.writer = BulkWriter(session)
        self.rows: dict[str, Row] = {}
        self.edits = Edits()

    def write(self, links: list[Draft]) -> None:
        """Write what is new or differs."""
        existing: dict[type[Identified], set[str]] = {}
        for key in self.resolver.existing:
            existing.setdefault(self.resolver.keyed[key].model, set()).add(self.resolver.ids[key])
        for model, ids in existing.items():
            self.rows.update((row["id"], row) for row in rows_where(self.session, model, "id", ids))
        stored_links = self._stored_links(links)
        owners = {str(owner) for link in links for owner in self.resolver.columns(link).values() if _is_id(owner)}
        self.edits = edits_of(self.session, {*self.rows, *owners, *(row["id"] for row in stored_links.values())})
        for draft in self.resolver.keyed.values():
            self._record(draft)
        for link in links:
            self._link(link, stored_links.get((link.model, self.resolver.identity(link))))
        self.writer.flush()
        self._keys()
        self.report.created = self.writer.created
        self.report.updated = self.writer.updated
        self.report.removed = self.writer.deleted

    def _record(self, draft: Draft) -> None:
        assert draft.key is not None
        identifier = self.resolver.ids[draft.key]
        current = self.rows.get(identifier)
        if current is None:
            if not draft.absent:
                self.writer.create(draft.model, self.resolver.columns(draft) | {"id": identifier})
        elif not draft.absent:
            self._update(draft, current)
        elif not shape_of(draft.model).editable:
            self.writer.delete(draft.model, current)
        elif current["archived_at"] is None:
            self.writer.update(draft.model, current, {"archived_at": now()})

    def _link(self, link: Draft, current: Row | None) -> None:
        if current is not None:
            if link.absent:
                self.writer.delete(link.model, current)
            else:
                self._update(link, current)
            return
        if link.absent:
            return
        columns = self.resolver.columns(link)
        owner = next((columns[name] for name in shape_of(link.model).references if columns.get(name)), "")
        identity = {name: columns.get(name) for name in identity_of(link.model)}
        if self.edits.has_removed(owner, shape_of(link.model).entity_type, identity):
            self.report.kept.append(f"{link.where}: {link.label} was removed by hand")
            return
        self.writer.create(link.model, columns)

    def _update(self, draft: Draft, current: Row) -> None:
        shape = shape_of(draft.model)
        by_hand = self.edits.fields.get(current["id"], set())
        changes: Row = {}
        for name, value in self.resolver.columns(draft).items():
            if value is None and name not in shape.nullable:
                continue
            old = current[name]
            if name in ACCUMULATING:
                value = list(dict.fromkeys([*(old or ()), *(value or ())]))
            elif isinstance(value, dict) and isinstance(old, dict):
                value = {**old, **value}
            if normal(old) == normal(value):
                continue
            if name in by_hand:
                self.report.kept.append(f"{draft.lines.get(name, draft.where)}: {draft.label}, {name}")
                continue
            changes[name] = value
        self.writer.update(draft.model, current, changes)

    def _stored_links(self, links: list[Draft]) -> dict[tuple[type[Identified], str], Row]:
        """Return the stored links of the models and owners in question, by identity."""
        owners: dict[tuple[type[Identified], str], set[str]] = {}
        for link in links:
            columns = self.resolver.columns(link)
            column = next(name for name in identity_of(link.model) if columns.get(name))
            owners.setdefault((link.model, column), set()).add(columns[column])
        return {
            (model, identity_of_row(model, row)): row
            for (model, column), ids in owners.items()
            for row in rows_where(self.session, model, column, ids)
        }

    def _keys(self) -> None:
        new = [
            {"entity_type": key[0], "namespace": key[1], "value": key[2], "entity_id": self.resolver.ids[key]}
            for key, draft in self.resolver.keyed.items()
            if (key not in self.resolver.existing and not draft.absent) or key in self.resolver.adopted
        ]
        if new:
            self.session.connection().execute(insert(ExternalId), new)
