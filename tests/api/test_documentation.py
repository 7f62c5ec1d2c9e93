"""docs/operations-reference.md names every setting with its default and its words, and every code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from api.operations.settings import BackupSettings, JobSettings, Limits, ServerSettings
from api.requests.errors import Code
from store.settings import FileSettings, NotificationSettings

PAGE = (Path(__file__).parent.parent.parent / "docs" / "operations-reference.md").read_text(encoding="utf-8")


def shown(default: Any) -> str:
    if default is None:
        return "–"
    if default == ():
        return "`[]`"
    return f"`{json.dumps(default) if isinstance(default, tuple | bool | dict) else default}`"


NESTED = {
    "limits": Limits, "jobs": JobSettings, "backup": BackupSettings, "files": FileSettings,
    "notifications": NotificationSettings,
}  # fmt: skip
SETTINGS = [
    *((f"ROADSHOW_{name.upper()}", field) for name, field in ServerSettings.model_fields.items() if name not in NESTED),
    *(
        (f"ROADSHOW_{group}__{name}".upper(), field)
        for group, kind in NESTED.items()
        for name, field in kind.model_fields.items()
    ),
]


@pytest.mark.parametrize(("variable", "field"), SETTINGS, ids=[variable for variable, _ in SETTINGS])
def test_every_setting_is_documented(variable: str, field: FieldInfo) -> None:
    default = field.get_default(call_default_factory=True)
    assert f"| `{variable}` | {shown(default)} | {field.description} |" in PAGE


@pytest.mark.parametrize("code", [code for code in Code if code is not Code.INTERNAL])
def test_every_code_is_documented(code: Code) -> None:
    assert f"`{code.value}`" in PAGE
