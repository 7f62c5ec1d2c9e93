"""Shared parts of all tables: ids, times, versions, archive, multilingual names."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, Date, Integer, MetaData, String, Table, event, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import QueryableAttribute

from store.values.column_types import Json, PartialDateText, UtcDateTime
from store.values.ids import new_id
from store.values.partial_dates import PartialDate
from store.values.zoned_times import moments_of, read_zoned_time

ID = String(40)
"""An identifier: prefix, underscore, 26 characters."""

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """The base of every table of core. Plugins use their own `DeclarativeBase` and metadata."""

    metadata = MetaData(naming_convention=_NAMING)


def now() -> datetime:
    return datetime.now(UTC)


class Identified:
    """A row with its own identifier; `prefix` names its type in every id."""

    prefix: ClassVar[str]
    owner_column: ClassVar[str | None] = None
    """Column with the entity that readers of the change log should check; the first parent if None."""

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)

    def __init__(self, **values: object) -> None:
        values.setdefault("id", new_id(self.prefix))
        super().__init__(**values)


class Editable(Identified):
    """An entity that people edit: versioned (optimistic locking), archived instead of deleted.

    `version` starts at 1 and grows by one with each update; `fictional` marks demonstration records.
    """

    version: Mapped[int] = mapped_column(Integer)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    fictional: Mapped[bool] = mapped_column(Boolean, default=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


class Extension(Identified):
    """A row of a plugin's table with further columns of another entity's record: at most one for each record."""

    owner_column = "record_id"

    record_id: Mapped[str] = mapped_column(ID, unique=True)


class Grant(Identified):
    """A row of a plugin's table that shows one record to one account, until `ends_at` if that is given."""

    owner_column = "record_id"

    record_id: Mapped[str] = mapped_column(ID, index=True)
    account_id: Mapped[str] = mapped_column(ID, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PartlyPrivate:
    """A row of which some who see it may not read everything: not columns marked `PRIVATE`, or not what belongs to it.

    Such readers get the time, and the version, of the last write that they may know of. Each write of a column that
    isn't private is one, and so is `touch`.
    """

    updated_at: Mapped[datetime]
    public_updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PartlyPrivateEntity(PartlyPrivate, Editable):
    """An entity of which some who see it may not read everything."""

    public_version: Mapped[int] = mapped_column(Integer, default=1)


UPKEEP = frozenset({"created_at", "updated_at", "public_updated_at", "public_version"})
"""Columns that follow each write, and say nothing that the change log doesn't say."""
PRIVATE = {"private": True}
"""The `info` of a column that some who see the row may not read."""
HIDDEN: dict[type, frozenset[str]] = {}
"""Further such columns, by rules of plugins."""


def touch(row: Any, public: bool = True) -> None:
    """Count a write of what belongs to `row` as one of the row itself, known to whoever sees it or not."""
    row.updated_at = now()
    if public and isinstance(row, PartlyPrivate):
        row.public_updated_at = row.updated_at


def private_columns(model: type[Any]) -> frozenset[str]:
    """The columns of `model` that some who see a row may not read."""
    own = frozenset(column.key for column in model.__table__.columns if column.info.get("private"))
    return own | HIDDEN.get(model, frozenset())


def changed_columns(row: object) -> set[str]:
    """The columns of `row` that differ from what is stored."""
    state = inspect(row)
    return {each.key for each in state.mapper.column_attrs if state.attrs[each.key].history.has_changes()}


def is_public(model: type[Any], columns: Iterable[str]) -> bool:
    """Whether a write of these columns of `model` is one that whoever sees the row may know of."""
    return not private_columns(model).issuperset(set(columns) - {"updated_at", "version"})


def follow_public(model: type[Any], changed: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, object]:
    """What an update of `changed` columns of the row `current` changes of the public version and time."""
    if not issubclass(model, PartlyPrivate) or not is_public(model, changed):
        return {}
    at = changed.get("public_updated_at") or changed.get("updated_at") or now()
    moved: dict[str, object] = {"updated_at": at, "public_updated_at": at}
    if issubclass(model, PartlyPrivateEntity):
        moved["public_version"] = current["public_version"] + 1
    return moved


class Named:
    """An entity with a multilingual name, other names, and a description."""

    name: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    aliases: Mapped[list[str]] = mapped_column(Json, default=list)
    description: Mapped[dict[str, str] | None] = mapped_column(Json)


def table_of(model: type) -> Table:
    """The table of a mapped class."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def partial_date() -> Mapped[PartialDate | None]:
    """Declare a partial date column `x`, with `x_earliest` and `x_latest` by `day()` beside it."""
    return mapped_column(PartialDateText, info={"partial_date": True})


def day() -> Mapped[date | None]:
    """Declare the first or last day of a partial date; set by the partial date column."""
    return mapped_column(Date)


def zoned_time() -> Mapped[str | None]:
    """Declare a local time in its zone, in the canonical text of `store.values.zoned_times`, with `x_at` beside it."""
    return mapped_column(String(100), info={"zoned_time": True})


def instant() -> Mapped[datetime | None]:
    """Declare the moment of a local time in its zone; set by that column."""
    return mapped_column(UtcDateTime)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _know_the_value_before(cls: type, key: str, attribute: QueryableAttribute[object]) -> None:
    """Load a value before it is replaced, because the change log records it."""
    attribute.impl.active_history = True


@event.listens_for(PartlyPrivate, "before_update", propagate=True)
def _follow_public(mapper: object, connection: object, row: object) -> None:
    changed = {name: getattr(row, name) for name in changed_columns(row)}
    for name, value in follow_public(type(row), changed, {"public_version": getattr(row, "public_version", 0)}).items():
        setattr(row, name, value)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _follow_partial_dates(cls: type, key: str, attribute: QueryableAttribute[object]) -> None:
    column = getattr(getattr(attribute, "property", None), "columns", [None])[0]
    if column is None or not column.info.get("partial_date"):
        return

    @event.listens_for(attribute, "set", retval=True)
    def _set(target: object, value: PartialDate | str | None, old: object, initiator: object) -> PartialDate | None:
        parsed = PartialDate(value) if isinstance(value, str) else value
        setattr(target, f"{key}_earliest", parsed.earliest if parsed else None)
        setattr(target, f"{key}_latest", parsed.latest if parsed else None)
        return parsed


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _follow_zoned_times(cls: type, key: str, attribute: QueryableAttribute[object]) -> None:
    column = getattr(getattr(attribute, "property", None), "columns", [None])[0]
    if column is None or not column.info.get("zoned_time"):
        return

    @event.listens_for(attribute, "set", retval=True)
    def _set(target: object, value: str | None, old: object, initiator: object) -> str | None:
        canonical = read_zoned_time(value) if value else None
        for name, moment in moments_of(key, canonical).items():
            setattr(target, name, moment)
        return canonical
