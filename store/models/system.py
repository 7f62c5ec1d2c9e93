"""Internal tables: change log, cursors, keys, external ids, erased keys, vectors, search, plugins."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import Operation, Role
from store.models.base import ID, Base, Identified, now
from store.values.column_types import Json, UtcDateTime, enum_of, open_enum_of


class Change(Base):
    """One write of one entity. Append-only; `sequence` is also the commit order."""

    __tablename__ = "change"

    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor_role: Mapped[Role] = mapped_column(open_enum_of(Role))
    actor_id: Mapped[str | None] = mapped_column(ID)
    actor_name: Mapped[str | None] = mapped_column(String(200))
    entity_type: Mapped[str] = mapped_column(String(60), index=True)
    """The table's name."""
    entity_id: Mapped[str] = mapped_column(ID, index=True)
    owner_id: Mapped[str] = mapped_column(ID, index=True)
    """The entity that readers should check: a link row's first parent, else the entity itself."""
    operation: Mapped[Operation] = mapped_column(enum_of(Operation))
    before: Mapped[dict[str, object] | None] = mapped_column(Json)
    after: Mapped[dict[str, object] | None] = mapped_column(Json)
    """The columns that differ; for a creation all."""


class ChangeCursor(Base):
    """The position that a reader of the change log has reached."""

    __tablename__ = "change_cursor"

    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


class ChangeArchive(Base):
    """A file of entries that were moved out of the change log."""

    __tablename__ = "change_archive"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    """Positions of its first and last entry; those between are not all in it."""
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entries: Mapped[int] = mapped_column(Integer)
    archived_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class DeadLetter(Base):
    """A change that a reader kept failing on, set aside until it is replayed."""

    __tablename__ = "dead_letter"

    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tries: Mapped[int] = mapped_column(Integer, default=1)
    """Number of individual attempts."""
    failure: Mapped[str] = mapped_column(String(200))
    """The class of the last error, without its text, which may hold data."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ExternalId(Base):
    """An entity's name in another system; makes imports idempotent."""

    __tablename__ = "external_id"

    entity_type: Mapped[str] = mapped_column(String(60), primary_key=True)
    namespace: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(String(300), primary_key=True)
    entity_id: Mapped[str] = mapped_column(ID, index=True)
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Hash of the record last imported: an unchanged record is not written again."""


class RecordMerge(Identified, Base):
    """Two records of one thing that became one: which stayed, which went, and what undoing takes back."""

    __tablename__ = "record_merge"
    prefix = "mrg"

    entity_type: Mapped[str] = mapped_column(String(60))
    """The table's name."""
    kept_id: Mapped[str] = mapped_column(ID, index=True)
    gone_id: Mapped[str] = mapped_column(ID, index=True)
    """The record that was archived; its id leads to the other."""
    moved: Mapped[list[list[str]]] = mapped_column(Json, default=list, info={"secret": True})
    """What named it: table, row, column, the id before and after; for an external id namespace and value."""
    changed: Mapped[dict[str, dict[str, list[object]]]] = mapped_column(Json, default=dict, info={"secret": True})
    """By table and row: the columns changed otherwise, before and after."""
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DistinctPair(Identified, Base):
    """Two records of which somebody said that they aren't one, however alike they are."""

    __tablename__ = "distinct_pair"
    prefix = "dst"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    first_id: Mapped[str] = mapped_column(ID, index=True)
    """The smaller one of the two ids, when it was written."""
    second_id: Mapped[str] = mapped_column(ID, index=True)


class ErasedKey(Base):
    """A marker that a record with an external id was erased and is not loaded again; only a hash is stored."""

    __tablename__ = "erased_key"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """See `store.erased_keys.key_hash`."""
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class IdempotentCall(Base):
    """A call with an idempotency key that created a record; repeated calls create nothing for a day."""

    __tablename__ = "idempotent_call"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of caller, mutation and key."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the arguments: another call with the same key is refused."""
    entity_id: Mapped[str] = mapped_column(ID)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class ApiKey(Identified, Base):
    """An API key, stored as a hash."""

    __tablename__ = "api_key"
    prefix = "key"

    role: Mapped[Role] = mapped_column(open_enum_of(Role))
    name: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[str | None] = mapped_column(ID, index=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account that it belongs to; null for a service's."""
    membership_id: Mapped[str | None] = mapped_column(ForeignKey("membership.id"), index=True)
    """The membership by which the account has the role: the key ends with it."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True, info={"secret": True})
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class InstallationKey(Base):
    """A secret shared by the processes of one installation to sign what only they may write."""

    __tablename__ = "installation_key"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    """Its purpose."""
    secret: Mapped[str] = mapped_column(String(64), info={"secret": True})
    """32 random bytes, hexadecimal."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Embedding(Base):
    """A text's vector by one model, so that nothing is encoded twice. Little-endian float32, `dimension` of them."""

    __tablename__ = "embedding"

    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the UTF-8 text, hexadecimal."""
    dimension: Mapped[int] = mapped_column(Integer)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class SearchDocument(Base):
    """The searchable text of one entity, as tokens.

    The database's own index follows automatically: on SQLite the FTS5 table `search_index`, on PostgreSQL the generated
    column `terms` (tsvector).
    """

    __tablename__ = "search_document"

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    entity_type: Mapped[str] = mapped_column(String(60), index=True)
    entity_id: Mapped[str] = mapped_column(ID, unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    """Tokens of the names, each between two blanks; see `store.search.index.encode`."""
    body: Mapped[str] = mapped_column(Text, default="")
    """Tokens of the other texts."""
    title_length: Mapped[int] = mapped_column(BigInteger, default=0)
    """Number of tokens in the title."""
    body_length: Mapped[int] = mapped_column(BigInteger, default=0)


class PluginRecord(Base):
    """A plugin that was once installed, and the tables it left."""

    __tablename__ = "plugin_record"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    tables: Mapped[list[str]] = mapped_column(Json, default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
