"""The kinds of names that owners can clash over."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a contribution, as messages call it. Two contributions clash if kind and name are the same."""

    TYPE = "type"
    FIELD = "field"
    """By its schema coordinate: `Project.sketch`, `Query.sketches`."""
    TABLE = "table"
    BLOCK = "block"
    GATE = "gate"
    ENCODER = "encoder"
    RERANKER = "reranker"
    CALIBRATOR = "calibrator"
    OUTCOMES = "source of outcomes"
    IMPORTER = "importer"
    EXPORTER = "exporter"
    ADDRESS = "address"
    """By method and path: `GET /sketches/{}`."""
    COMMAND = "command"
    LISTENER = "change listener"
    TASK = "task"
    JOB = "kind of job"
    ERASER = "eraser"
    UPLOAD_CHECK = "upload check"
    DATA = "data"
    RULE = "permission rule"
    ENTITY = "entity"
    """What has rows of its own, by GraphQL type."""
    EXTENSION = "extension"
    """A plugin's table with further fields of an entity, by the class that declares them."""
    GRANT = "grant"
    """Of single rows of an entity to accounts; several owners may grant rows of one."""
    ROLE = "role"
    """And `in scope X` for a kind of scope."""
    SERVICE = "service"
    """And `implementation of X` for an answer to another plugin's hook."""
    STATIC = "folder of files"
    PREFIX = "prefix of ids"
