"""Reads YAML files into records that know their lines. Scalars keep their text as written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from store.documents.problems import Problem, Where

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Item:
    """One field of a record, with its line."""

    node: yaml.Node
    where: Where


Fields = dict[str, Item]


@dataclass(slots=True)
class RawRecord:
    """A mapping of a document: entity name, key as written, and the other fields."""

    entity: str
    key: str | None
    fields: Fields
    where: Where


def document_files(paths: Sequence[Path]) -> list[Path]:
    """List the files of `paths`; a directory stands for its `.yaml` and `.yml` files, by name."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def read_records(path: Path, content: bytes, problems: list[Problem]) -> Iterator[RawRecord]:
    """Read the records of one file; what can't be read goes to `problems`."""
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        problems.append(Problem(Where(path, 1), "", "", "", f"is not UTF-8 ({error.reason}); save it as UTF-8"))
        return
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"is not valid YAML: {getattr(error, 'problem', None) or error}"
        problems.append(Problem(Where(path, mark.line + 1 if mark else 1), "", "", "", message))
        return
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        problems.append(
            Problem(where_of(path, root), "", "", "", "must be a list of records, each beginning with '- entity: …'")
        )
        return
    for node in root.value:
        where = where_of(path, node)
        fields = read_fields(path, node, "", problems)
        if fields is None:
            continue
        entity = fields.pop("entity", None)
        if entity is None or not isinstance(entity.node, yaml.ScalarNode):
            problems.append(Problem(where, "", "entity", "", "is missing; write the model's name, such as Place"))
            continue
        yield RawRecord(entity.node.value, read_key(fields, entity.node.value, problems), fields, where)


def read_key(fields: Fields, record: str, problems: list[Problem]) -> str | None:
    """Take `key` out of `fields`."""
    item = fields.pop("key", None)
    if item is None:
        return None
    if not isinstance(item.node, yaml.ScalarNode) or not item.node.value.strip():
        problems.append(Problem(item.where, record, "key", "", "must be a text such as gb:320583"))
        return None
    return str(item.node.value).strip()


def read_fields(path: Path, node: yaml.Node, record: str, problems: list[Problem]) -> Fields | None:
    """Return the fields of a mapping; None, with a problem, for anything else."""
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(where_of(path, node), record, "", shown(node), "must be a mapping of fields to values"))
        return None
    fields: Fields = {}
    for name, value in node.value:
        where = where_of(path, name)
        if not isinstance(name, yaml.ScalarNode):
            problems.append(Problem(where, record, "", "", "has a field name that is not a text"))
        elif name.value in fields:
            problems.append(
                Problem(
                    where,
                    record,
                    name.value,
                    shown(value),
                    f"is given twice, first in line {fields[name.value].where.line}",
                )
            )
        else:
            fields[name.value] = Item(value, where)
    return fields


def where_of(path: Path, node: yaml.Node) -> Where:
    """Return where `node` begins."""
    return Where(path, node.start_mark.line + 1)


def shown(node: yaml.Node) -> str:
    """Format `node` for a message."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def is_null(node: yaml.Node) -> bool:
    """Return whether the node is empty or `null`."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
