"""`roadshow operations` registers what fits the schema, keeps what was registered, and writes nothing that is wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from api.assembly import rooms
from api.cli.export_schema import operations
from api.operations.problems import CommandError
from api.requests.documents import read_trusted

SCHEMA = "type Query { hello(name: String): String }"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "schema_text", lambda: SCHEMA)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_operations_are_registered_by_hash_or_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "operations.json"
    first = written(tmp_path / "one.graphql", "query One { hello }\n")
    operations([first], output)
    assert capsys.readouterr().out == f"{output}: 1 new operations, 1 in all.\n"
    generated = written(tmp_path / "documents.json", json.dumps({"two": 'query Two { hello(name: "x") }'}))
    operations([generated], output)
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    assert set(json.loads(output.read_text())) == {digest, "two"}
    assert {digest, "two"} < set(read_trusted(output)), "the server reads it"
    operations([generated], output, fresh=True)
    assert set(json.loads(output.read_text())) == {"two"}


def test_what_does_not_fit_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    output = written(tmp_path / "operations.json", "{}")
    wrong = written(tmp_path / "wrong.graphql", "query Wrong {\n  bye\n}")
    broken = written(tmp_path / "broken.graphql", "query {")
    with pytest.raises(CommandError, match=r"line 2: Cannot query field 'bye'(.|\n)*Syntax Error(.|\n)*is as it was"):
        operations([wrong, broken], output)
    assert output.read_text() == "{}"
    for file in (tmp_path / "missing.graphql", written(tmp_path / "list.json", "[]")):
        with pytest.raises(CommandError, match=file.name):
            operations([file], output)
