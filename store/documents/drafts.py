"""Turns records into drafts: converts values and separates references and links, without any lookup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from store.bulk import shape_of
from store.documents import values
from store.documents.problems import Problem, Where
from store.documents.reading import Fields, Item, RawRecord, is_null, read_fields, read_key, shown, where_of
from store.documents.vocabulary import ANY_TYPE, INSIDE, LINKS, MONEY, LinkField, entities, identity_of, settable
from store.models.base import Identified
from store.models.concepts import UnmappedTerm

Key = tuple[str, str, str]
"""Table, namespace, value."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A key to look up among the records of `tables` (an empty tuple: all)."""

    tables: tuple[str, ...]
    namespace: str
    value: str
    where: Where

    def __str__(self) -> str:
        return f"{self.namespace}:{self.value}"


@dataclass(slots=True)
class Draft:
    """A record or a link as a document describes it."""

    model: type[Identified]
    key: Key | None
    where: Where
    values: dict[str, object] = field(default_factory=dict)
    references: dict[str, Reference | None] = field(default_factory=dict)
    lines: dict[str, Where] = field(default_factory=dict)
    """Where each column was given."""
    links: list["Draft"] = field(default_factory=list)
    absent: bool = False
    within: str = ""
    """For an item of a list: the record and the list's name."""

    @property
    def label(self) -> str:
        """Entity and key, for messages."""
        if self.within:
            return self.within
        return f"{self.model.__name__} {self.key[1]}:{self.key[2]}" if self.key else self.model.__name__


class Drafter:
    """Turns the records of one loader into drafts and appends problems to `problems`."""

    def __init__(self, namespace: str, problems: list[Problem], extra: tuple[type[Identified], ...] = ()) -> None:
        self.namespace = namespace
        self.problems = problems
        self.entities = entities(extra)
        self._models = {shape_of(model).entity_type: model for model in self.entities.values()}

    def drafts(self, record: RawRecord) -> Iterator[Draft]:
        """Return the record's draft and those of nested records."""
        model = self.entities.get(record.entity)
        if model is None:
            allowed = ", ".join(sorted(self.entities))
            self._problem(record.where, record.entity, "entity", record.entity, f"is not one of {allowed}")
            return
        if record.key is None and not (identity_of(model) and not shape_of(model).editable):
            self._problem(record.where, record.entity, "key", "", "is missing; give a key such as gb:320583")
            return
        key = self._key(model, record.key) if record.key else None
        if key and (len(key[1]) > 80 or len(key[2]) > 300):
            message = "is too long; a namespace has at most 80 characters, the rest at most 300"
            self._problem(record.where, record.entity, "key", str(record.key), message)
        draft = Draft(model, key, record.where)
        inside = INSIDE.get(model, {})
        for name, item in record.fields.items():
            if name in inside:
                assert key is not None
                for child in self._inside(model, key, name, item):
                    yield from self.drafts(child)
            else:
                self._field(draft, name, item)
        yield draft

    def _key(self, model: type[Identified], text: str) -> Key:
        namespace, value = self._split(text)
        return shape_of(model).entity_type, namespace, value

    def _split(self, text: str) -> tuple[str, str]:
        namespace, colon, value = text.strip().partition(":")
        return (namespace, value) if colon and value else (self.namespace, text.strip().strip(":"))

    def _inside(self, model: type[Identified], key: Key, name: str, item: Item) -> Iterator[RawRecord]:
        place = INSIDE[model][name]
        for node in self._list(model.__name__, name, item):
            fields = read_fields(item.where.path, node, place.model.__name__, self.problems)
            if fields is None:
                continue
            own = read_key(fields, place.model.__name__, self.problems)
            part = fields.get(place.name_part)
            if own is None and part is not None:
                own = f"{key[1]}:{key[2]}/{part.node.value}"
            parent = yaml.ScalarNode("tag:yaml.org,2002:str", f"{key[1]}:{key[2]}", node.start_mark, node.end_mark)
            where = where_of(item.where.path, node)
            fields[place.parent] = Item(parent, where)
            yield RawRecord(place.model.__name__, own, fields, where)

    def _field(self, draft: Draft, name: str, item: Item) -> None:
        model = draft.model
        column = self._reference_column(model, name)
        money = MONEY.get(model, {}).get(name)
        try:
            if name == "absent":
                draft.absent = values.boolean(item.node)
            elif column is not None:
                draft.references[column] = self._reference(model, column, item)
                draft.lines[column] = item.where
            elif name in LINKS.get(model, {}):
                draft.links += self._links(draft, LINKS[model][name], name, item)
            elif money and not (name in settable(model) and _is_number(item.node)):
                self._money(draft, name, item)
            elif name in settable(model) and name not in shape_of(model).references:
                draft.values[name] = values.convert(model, name, item.node)
                draft.lines[name] = item.where
            else:
                self._problem(item.where, draft.label, name, "", self._unknown(model, name))
        except (ValueError, ArithmeticError) as error:
            draft.lines.setdefault(column or name, item.where)  # given, so not missing too
            self._problem(item.where, draft.label, name, shown(item.node), str(error))

    def _unknown(self, model: type[Identified], name: str) -> str:
        known = {
            column.removesuffix("_id") if self._is_reference(model, column) else column for column in settable(model)
        }
        known |= set(LINKS.get(model, {})) | set(MONEY.get(model, {})) | set(INSIDE.get(model, {})) | {"absent", "key"}
        if name.removesuffix("_id") in known:
            return f"is written {name.removesuffix('_id')}, with a record's key"
        return f"is not a field of {model.__name__}; it has {', '.join(sorted(known))}"

    @staticmethod
    def _is_reference(model: type[Identified], column: str) -> bool:
        return column in shape_of(model).references or (model, column) in ANY_TYPE

    def _reference_column(self, model: type[Identified], name: str) -> str | None:
        column = f"{name}_id"
        return column if column in settable(model) and self._is_reference(model, column) else None

    def _reference(self, model: type[Identified], column: str, item: Item) -> Reference | None:
        node, where = item.node, item.where
        if is_null(node):
            return None
        table = shape_of(model).references.get(column)
        tables = (table,) if table else tuple(shape_of(m).entity_type for m in ANY_TYPE[model, column])
        if isinstance(node, yaml.MappingNode) and not table and len(node.value) == 1:
            name, node = node.value[0]
            named = self.entities.get(name.value)
            if named is None or (tables and shape_of(named).entity_type not in tables):
                allowed = [self._models[table].__name__ for table in tables] or sorted(self.entities)
                raise ValueError(f"names the type {name.value!r}; it may be {', '.join(allowed)}")
            tables = (shape_of(named).entity_type,)
        if not isinstance(node, yaml.ScalarNode):
            raise ValueError("must be a record's key, such as gb:320583")
        return Reference(tables, *self._split(node.value), where)

    def _money(self, draft: Draft, name: str, item: Item) -> None:
        sets = MONEY[draft.model][name]
        columns: dict[str, object]
        if is_null(item.node):
            columns = {column: None for column in (sets.lowest, sets.highest, sets.currency) if column}
        elif sets.highest is None:
            amount = values.money(item.node)
            columns = {sets.lowest: amount.amount, sets.currency: amount.currency}
        else:
            low, high, currency = values.money_range(item.node)
            columns = {sets.lowest: low, sets.highest: high, sets.currency: currency}
        draft.values.update(columns)
        draft.lines.update(dict.fromkeys(columns, item.where))

    def _list(self, record: str, name: str, item: Item) -> list[yaml.Node]:
        if is_null(item.node):
            return []
        if not isinstance(item.node, yaml.SequenceNode):
            self._problem(item.where, record, name, shown(item.node), "must be a list, such as [a, b]")
            return []
        return list(item.node.value)

    def _links(self, owner: Draft, link: LinkField, name: str, item: Item) -> Iterator[Draft]:
        for number, node in enumerate(self._list(owner.label, name, item), 1):
            where = where_of(item.where.path, node)
            fields: Fields | None
            if isinstance(node, yaml.ScalarNode):
                fields = {link.target.removesuffix("_id"): Item(node, where)}
            else:
                fields = read_fields(item.where.path, node, f"{owner.label}, {name}", self.problems)
            if fields is None:
                continue
            draft = Draft(link.model, None, where, values=dict(link.constants), within=f"{owner.label}, {name}")
            if link.numbered:
                draft.values["ordinal"] = number
            if link.model is UnmappedTerm:  # otherwise machinery: its only field is the term
                draft.values["term"] = node.value.strip()[:300] if isinstance(node, yaml.ScalarNode) else ""
            else:
                for field_name, value in fields.items():
                    self._field(draft, field_name, value)
            if owner.key is None:
                self._problem(where, owner.label, name, "", "needs a key on the record that contains it")
                continue
            draft.references[link.parent] = Reference((owner.key[0],), owner.key[1], owner.key[2], where)
            yield draft

    def _problem(self, where: Where, record: str, name: str, value: str, message: str) -> None:
        self.problems.append(Problem(where, record, name, value, message))


def _is_number(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag.endswith((":int", ":float"))


def merge(drafts: list[Draft], problems: list[Problem]) -> list[Draft]:
    """Merge drafts of one key; report differing values of a field with both places."""
    merged: dict[Key, Draft] = {}
    result: list[Draft] = []
    for draft in drafts:
        if draft.key is None:
            result.append(draft)
            continue
        first = merged.setdefault(draft.key, draft)
        if first is draft:
            result.append(draft)
            continue
        _merge_into(first, draft, problems)
    for draft in result:
        draft.links = _merge_links(draft.links, problems)
    return result


def _merge_into(first: Draft, second: Draft, problems: list[Problem]) -> None:
    for name in [*second.values, *second.references]:
        mine: Mapping[str, Any] = first.values if name in second.values else first.references
        theirs: Mapping[str, Any] = second.values if name in second.values else second.references
        old, new = mine.get(name), theirs[name]
        if name not in mine:
            combined = new
        elif (
            isinstance(old, dict)
            and isinstance(new, dict)
            and all(old.get(tag, text) == text for tag, text in new.items())
        ):
            combined = {**old, **new}
        elif name in ("aliases", "keywords"):
            combined = list(dict.fromkeys([*(old or ()), *(new or ())]))
        elif old == new or (isinstance(old, Reference) and isinstance(new, Reference) and str(old) == str(new)):
            combined = old
        else:
            line = first.lines.get(name, first.where)
            problems.append(
                Problem(
                    second.lines.get(name, second.where),
                    second.label,
                    name.removesuffix("_id"),
                    str(new),
                    f"contradicts {line}, which says {str(old)!r}; keep one of them",
                )
            )
            continue
        (first.values if name in second.values else first.references)[name] = combined
        first.lines.setdefault(name, second.lines.get(name, second.where))
    first.absent = first.absent or second.absent
    first.links += second.links


def _merge_links(links: list[Draft], problems: list[Problem]) -> list[Draft]:
    """Merge links that are given twice, perhaps in two documents."""
    merged: dict[tuple[object, ...], Draft] = {}
    for link in links:
        identity = tuple(_identity_part(link, name) for name in identity_of(link.model))
        first = merged.setdefault((link.model, *identity), link)
        if first is not link:
            ordinal = link.values.pop("ordinal", None)  # the place in another list contradicts nothing
            _merge_into(first, link, problems)
            if ordinal is not None:
                first.values.setdefault("ordinal", ordinal)
    return list(merged.values())


def _identity_part(link: Draft, name: str) -> str:
    part = link.references.get(name) or link.values.get(name)
    return repr(sorted(part.items())) if isinstance(part, dict) else str(part)
