"""Erases a person irreversibly and everywhere, logged without the data.

An empty, archived record stays under the same id, so that no reference breaks, and rows of operation ERASE in the
change log say who erased what and when. They also permit emptying earlier rows: the database refuses any other
rewriting of the log.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CursorResult, Table, bindparam, delete, inspect, or_, select, text, update
from sqlalchemy.orm import Session

from store.changes import ChangeRecord, keep_commit_order, record_many
from store.database import Database
from store.enums import Operation
from store.erased_keys import remember
from store.erasure.accounts import erase_accounts_of
from store.erasure.corrections import corrections_about
from store.erasure.documents import documents_left, documents_of
from store.erasure.mentions import Mention, mentions, pattern_of
from store.erasure.plugin_rows import personal_models, rows_of_plugins
from store.imports.resolving.keys import team_key
from store.merging.forgetting import forget, merged_with
from store.models import (
    ApiKey,
    Change,
    CorrectionRequest,
    Document,
    Embedding,
    EventPerson,
    ExternalId,
    Identified,
    Investor,
    Position,
    Project,
    SearchDocument,
    StatisticalClaim,
    Talent,
    TalentConcept,
    TeamMember,
    UnmappedTerm,
)
from store.models.base import UPKEEP, follow_public, now
from store.search import index
from store.search.fields import texts_of

_KEPT = UPKEEP | {"id", "version", "archived_at", "fictional"}
_LINKS: tuple[type[Identified], ...] = (Position, TalentConcept, TeamMember, EventPerson)
_REMOVED: tuple[type[Identified], ...] = (*_LINKS, UnmappedTerm, StatisticalClaim, Document, CorrectionRequest)


class ErasureError(ValueError):
    """There is nobody to erase; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The result of an erasure."""

    talent_id: str
    """The id of the talent or angel."""
    links: int
    """Number of removed rows that tied the person to something: positions, team memberships, events, skills."""
    changes: int
    """Number of emptied rows of the change log."""
    vectors: int
    """Number of removed vectors of the person's texts."""
    keys: int
    """Number of revoked API keys."""
    external_ids: int
    """Number of removed external ids; their hashes stay, so that no import brings the person back."""
    named_keys: int
    """Others' API keys that were renamed because their names contained one of the person's."""
    mentions: tuple[Mention, ...]
    """Texts elsewhere that contain a current or former name of the person, for a human to check."""

    left: tuple[str, ...] = ()
    """Sentences on what stays on purpose and what could not be reached."""
    accounts: int = 0
    """Number of accounts erased: the person can no longer sign in."""
    documents: tuple[str, ...] = ()
    """Ids of the removed documents of the person's record, whose bytes are to be deleted once this is committed."""

    @property
    def mentioned_in(self) -> tuple[str, ...]:
        """The ids of the rows with these texts."""
        return tuple(sorted({mention.entity_id for mention in self.mentions}))


def erase_talent(session: Session, talent_id: str, chunks_of: Callable[[str], Iterable[str]] | None = None) -> Erasure:
    """Erase a person's data in the session's transaction (of `database.write`).

    The record is emptied and archived. Positions, memberships, skills, roles in events, external ids, figures about the
    person, documents of the record and rows of plugins' entities go; owned projects lose their owner; the person's keys
    are revoked; texts leave the search index, the vectors and the change log. `chunks_of` cuts a text as the encoder
    does, because vectors are stored by chunk hash; a vector shared with another text is recomputed when needed. Hashes
    of the external ids stay (`store.erased_keys`), so that reloaded documents and files don't bring the person back.
    Raises ErasureError for an unknown id.
    """
    session.flush()
    keep_commit_order(session)
    talent = session.get(Talent, talent_id)
    if talent is None:
        raise ErasureError(f"talent: there is no {talent_id!r}; give the id of a talent ({Talent.prefix}_…)")
    for merged in merged_with(session, talent_id):
        erase_talent(session, merged, chunks_of)
    if session.get_bind().dialect.name == "sqlite":
        session.connection().execute(text("PRAGMA secure_delete = ON"))  # overwrite deleted content
    names = _names(session, talent)
    left = documents_left(session, talent_id)
    accounts = erase_accounts_of(session, talent_id)
    for project in session.scalars(select(Project).where(Project.owner_id == talent_id)):
        project.owner_id = None
    session.flush()
    keys = session.scalars(select(ApiKey.id).where(ApiKey.subject_id == talent_id)).all()
    named = keys_named_after(session, [*names, *([talent.email] if talent.email else [])], keys)
    records = [_erased(Talent, talent_id), *(_erased(ApiKey, key_id) for key_id in (*keys, *named))]
    claims = session.scalars(select(StatisticalClaim.id).where(StatisticalClaim.subject_id == talent_id))
    records += _links(session, talent_id) + [_erased(StatisticalClaim, each) for each in claims]
    records += [_erased(CorrectionRequest, each) for each in corrections_about(session, talent_id)]
    records += rows_of_plugins(session, talent_id)
    documents = documents_of(session, talent_id)
    records += [_erased(Document, each, talent_id) for each in documents]
    texts = {value for record in records for value in _logged_texts(session, record.entity_id)}
    texts.update(value for column in _erasable(Talent) for _, value in texts_of(getattr(talent, column)))
    forget(session, {talent_id, *(each.entity_id for each in records)})
    record_many(session, records)
    external_ids = _forget_keys(session, talent_id, records, names)
    links = _remove(session, talent_id, records)
    _empty(session, Talent, talent_id, keys)
    _rename(session, named)
    changes = _redact(session, records, [*keys, *named])
    vectors = _remove_vectors(session, texts, chunks_of or (lambda value: [value]))
    session.expire_all()
    index.optimize(session)
    mentioned = mentions(session, names)
    return Erasure(
        talent_id, links, changes, vectors, len(keys), external_ids, len(named), mentioned, left, accounts, documents
    )


def scrub(database: Database) -> None:
    """After an erasure was committed, remove old rows from the database's files.

    Takes time in proportion to the tables. Backups are out of reach.
    """
    statement = "PRAGMA wal_checkpoint(TRUNCATE)" if database.is_sqlite else "VACUUM"
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))


def _table(model: type[Identified]) -> Table:
    table = inspect(model).local_table
    assert isinstance(table, Table)
    return table


def _erased(model: type[Identified], entity_id: str, owner_id: str | None = None) -> ChangeRecord:
    return ChangeRecord(_table(model).name, entity_id, owner_id or entity_id, Operation.ERASE, None, None)


def _erasable(model: type[Identified]) -> Iterator[str]:
    return (column.key for column in _table(model).columns if column.key not in _KEPT)


def keys_named_after(session: Session, names: Iterable[str], except_ids: Sequence[str]) -> dict[str, str]:
    """Return the keys whose names contain one of these, by id, with their new names."""
    patterns = [pattern_of(name.strip()) for name in names if name.strip()]
    keys = {}
    for key_id, name in session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.id.not_in(except_ids))):
        renamed = name
        for pattern in patterns:
            renamed = pattern.sub("[erased]", renamed)
        if renamed != name:
            keys[key_id] = renamed
    return keys


def _rename(session: Session, named: Mapping[str, str]) -> None:
    for key_id, name in named.items():
        session.connection().execute(update(_table(ApiKey)).where(ApiKey.id == key_id).values(name=name))


def _names(session: Session, talent: Talent | Investor) -> list[str]:
    """Return the person's current and logged former names."""
    rows = session.execute(select(Change.before, Change.after).where(Change.entity_id == talent.id))
    values = [{"name": talent.name, "aliases": talent.aliases}, *(side or {} for row in rows for side in row)]
    all_texts = (texts_of(value.get(field)) for value in values for field in ("name", "aliases") if value.get(field))
    return list(dict.fromkeys(name for texts in all_texts for _, name in texts))


def _forget_keys(session: Session, talent_id: str, records: Sequence[ChangeRecord], names: Iterable[str]) -> int:
    """Remove the external ids of erased records except for their hashes; return their number.

    A spreadsheet of projects names their teams and may do so again: those keys are hashed too.
    """
    ids = {talent_id, *(record.entity_id for record in records)}
    of_erased = ExternalId.entity_id.in_(ids)
    statement = select(ExternalId.entity_type, ExternalId.namespace, ExternalId.value)
    keys = [(row[0], row[1], row[2]) for row in session.execute(statement.where(of_erased))]
    projects = {record.owner_id for record in records if record.entity_type == _table(TeamMember).name}
    of_projects = session.execute(
        statement.where(ExternalId.entity_type == _table(Project).name, ExternalId.entity_id.in_(projects))
    )
    teams = [
        (_table(Talent).name, namespace, team_key(value, name)) for _, namespace, value in of_projects for name in names
    ]
    remember(session, [*keys, *teams])
    session.connection().execute(delete(ExternalId).where(of_erased))
    return len(keys)


def _links(session: Session, talent_id: str) -> list[ChangeRecord]:
    """Return a record for each link row, current or logged."""
    records: list[ChangeRecord] = []
    for model in _LINKS:
        table = _table(model)
        owner = next(column for column in table.columns if column.foreign_keys)
        links = {
            row.id: row[1] for row in session.execute(select(table.c.id, owner).where(table.c.talent_id == talent_id))
        }
        logged = select(Change.entity_id, Change.owner_id).where(
            Change.entity_type == table.name,
            or_(
                Change.after["talent_id"].as_string() == talent_id,
                Change.before["talent_id"].as_string() == talent_id,
            ),
        )
        owners = {row.entity_id: row.owner_id for row in session.execute(logged)} | links
        records += [_erased(model, entity_id, owner_id) for entity_id, owner_id in sorted(owners.items())]
    terms = session.scalars(select(UnmappedTerm.id).where(UnmappedTerm.entity_id == talent_id))
    return records + [_erased(UnmappedTerm, term_id) for term_id in terms]


def _logged_texts(session: Session, entity_id: str) -> Iterator[str]:
    rows = session.execute(select(Change.before, Change.after).where(Change.entity_id == entity_id))
    for before, after in rows:
        for values in (before, after):
            for value in (values or {}).values():
                yield from (text for _, text in texts_of(value) if isinstance(text, str))


def _remove(session: Session, talent_id: str, records: Sequence[ChangeRecord]) -> int:
    """Delete every row except the person and the keys; return how many were links."""
    connection = session.connection()
    links = 0
    for model in (*personal_models(), *_REMOVED):
        table = _table(model)
        ids = [record.entity_id for record in records if record.entity_type == table.name]
        if model is StatisticalClaim:
            connection.execute(update(table).where(table.c.whole_id.in_(ids)).values(whole_id=None))
        result = connection.execute(delete(table).where(table.c.id.in_(ids)))
        links += result.rowcount if model in _LINKS else 0
    ids = [record.entity_id for record in records]
    connection.execute(delete(SearchDocument).where(SearchDocument.entity_id.in_(ids)))
    return links


def _empty(session: Session, model: type[Identified], entity_id: str, keys: Sequence[str]) -> None:
    table = _table(model)
    values: dict[str, object] = {}
    for name in _erasable(model):
        column = table.columns[name]
        default = column.default.arg if column.default is not None else None  # type: ignore[attr-defined]
        values[name] = None if column.nullable else default(None) if callable(default) else default
    values |= {"archived_at": now(), "updated_at": now(), "version": table.c.version + 1}
    values |= follow_public(model, values, {"public_version": table.c.get("public_version")})
    session.connection().execute(update(table).where(table.c.id == entity_id).values(values))
    revoked = {"name": "", "revoked_at": now(), "updated_at": now()}
    session.connection().execute(update(_table(ApiKey)).where(ApiKey.id.in_(keys)).values(revoked))


def _redact(session: Session, records: Sequence[ChangeRecord], keys: Sequence[str]) -> int:
    """Empty the log's rows of erased entities, and the names of the person's keys."""
    ids = [record.entity_id for record in records]
    holds_data = or_(Change.before.is_not(None), Change.after.is_not(None))
    emptied = session.connection().execute(
        update(Change).where(Change.entity_id.in_(ids), holds_data).values(before=None, after=None)
    )
    session.connection().execute(
        update(Change).where(Change.actor_id.in_(keys), Change.actor_name.is_not(None)).values(actor_name=None)
    )
    assert isinstance(emptied, CursorResult)
    return emptied.rowcount


def _remove_vectors(session: Session, texts: Iterable[str], chunks_of: Callable[[str], Iterable[str]]) -> int:
    pieces = {piece for value in texts for piece in (value, *chunks_of(value))}
    hashes = [hashlib.sha256(piece.encode("utf-8", "surrogatepass")).hexdigest() for piece in pieces]
    if not hashes:
        return 0
    table = Embedding.__table__
    assert isinstance(table, Table)
    result = session.connection().execute(
        delete(table).where(table.c.text_hash.in_(bindparam("hashes", hashes, expanding=True)))
    )
    return result.rowcount
