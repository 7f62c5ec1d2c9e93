"""Checks of plugins look at each file before it can be used; what they refuse or can't check isn't kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.files.uploading import upload_route
from api.operations.settings import ServerSettings
from plugins.host.contributions.contributions import UploadCheck
from plugins.host.contributions.declarations import DeclarationError
from plugins.host.errors import UserError
from plugins.host.host import Host
from store.database import Database
from store.files.uploads import new_upload
from tests.plugins.support import plugin

PATTERN = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def examine(path: Path, name: str) -> str | None:
    """As a scanner does: reads the file where it is."""
    content = path.read_bytes()
    if content == b"user":
        raise UserError("ask for help")
    if content == b"down":
        raise ConnectionError("the scanner isn't there")
    return "it contains Eicar-Test-Signature." if PATTERN in content else None


@pytest.mark.parametrize(("content", "status", "says"), [
    (b"clean", 201, "sha256"),
    (b"X5O!" + PATTERN, 422, "notes.csv isn't taken: it contains Eicar-Test-Signature."),
    (b"user", 422, "ask for help"),
    (b"down", 503, "can't be checked just now"),
])  # fmt: skip
def test_a_check_decides(database: Database, tmp_path: Path, content: bytes, status: int, says: str) -> None:
    check = UploadCheck(name="scan", description="Looks for viruses.", examine=examine)
    host = Host.load(plugins=[plugin("alpha", {"register_upload_checks": [check]})])
    settings = ServerSettings(data_directory=tmp_path)
    upload = new_upload(database, "notes.csv", "key_1")
    client = TestClient(Starlette(routes=[upload_route(database, settings, host)]))
    answer = client.put(f"/uploads/{upload.token}", content=content)
    assert answer.status_code == status
    assert says in answer.text
    assert "isn't there" not in answer.text
    assert upload.path(tmp_path).exists() is (status == 201)
    assert not list(tmp_path.rglob(".*"))


def test_a_check_that_can_t_be_one_is_refused_at_once() -> None:
    async def later(path: Path, name: str) -> str | None:
        return None

    with pytest.raises(DeclarationError, match="async"):
        UploadCheck(name="scan", description="Looks.", examine=later)  # type: ignore[arg-type]
