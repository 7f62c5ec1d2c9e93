"""A folder and a real S3 server keep the same bytes in the same way; what goes wrong is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.operations.settings import ServerSettings
from plugins.host.contributions.contributions import DocumentStore
from plugins.host.host import Host
from store.files.storage import SCHEMES, DocumentStorage, StorageError, key_of, storage_of
from store.files.sweeping import sweep
from store.settings import FileSettings
from tests.api.files.desk import PNG, opened
from tests.plugins.support import plugin
from tests.support import databases

LARGE = bytes(range(256)) * 24_000
"""More than one part of an upload to S3, which has 5 MB."""


def chosen(storage: str | None, folder: Path) -> DocumentStorage:
    return storage_of(ServerSettings(data_directory=folder, files=FileSettings(storage=storage)))


class Shelf:
    """Storage as a plugin may provide it."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, datetime]] = {}

    def put(self, key: str, path: Path) -> None:
        self.kept[key] = path.read_bytes(), datetime.now(UTC)

    def read(self, key: str, start: int, end: int | None) -> Iterator[bytes]:
        content = self.kept[key][0][start:end]
        return (content[at : at + 70_000] for at in range(0, len(content), 70_000))

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        return ((key, at) for key, (_, at) in [*self.kept.items()])


def on_a_shelf(folder: Path) -> DocumentStorage:
    """The storage of a plugin, by an address of its scheme."""
    stores = [DocumentStore(scheme="shelf", open=lambda address: Shelf())]
    host = Host.load(plugins=[plugin("shelves", {"register_storages": stores})])
    SCHEMES.update({entry.name: entry.value.open for entry in host.contributions.storages})
    try:
        return chosen(f"shelf://ada:secret@{folder.name}", folder)
    finally:
        SCHEMES.clear()


def test_a_plugin_s_storage_that_cannot_be_used_is_named_without_its_password(tmp_path: Path) -> None:
    storage = on_a_shelf(tmp_path)
    assert storage.shown == f"shelf://{tmp_path.name}"
    with pytest.raises(StorageError, match=r"can't be read") as problem:
        storage.read("no/such")
    assert "secret" not in str(problem.value)
    with pytest.raises(ValueError, match="no name for a scheme"):
        DocumentStore(scheme="Shelf:", open=lambda address: Shelf())


@pytest.fixture(params=["folder", "s3", "plugin"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> DocumentStorage:
    if request.param == "plugin":
        return on_a_shelf(tmp_path)
    if request.param == "folder":
        return chosen(None, tmp_path)
    return chosen(f"{request.getfixturevalue('s3')}/{tmp_path.name}", tmp_path)


@pytest.mark.parametrize("content", [b"x", PNG, LARGE], ids=["short", "picture", "large"])
def test_bytes_are_kept_read_in_parts_listed_and_deleted(
    storage: DocumentStorage, tmp_path: Path, content: bytes
) -> None:
    path, key = tmp_path / "file", key_of("doc_01m8r6vnfre6zbfcs3e71tz17j")
    path.write_bytes(content)
    storage.put(key, path)
    storage.put_stream("7k/doc_7k", (content[start : start + 70_000] for start in range(0, len(content), 70_000)))
    assert b"".join(storage.read(key)) == b"".join(storage.read("7k/doc_7k")) == content
    middle = len(content) // 2
    assert b"".join(storage.read(key, middle, len(content))) == content[middle:]
    assert b"".join(storage.read(key, 0, min(2, len(content)))) == content[:2]  # s3rver takes 0-0 for no range
    assert {each for each, _ in storage.listed()} == {key, "7k/doc_7k"}
    storage.delete(key)
    storage.delete(key)
    assert {each for each, _ in storage.listed()} == {"7k/doc_7k"}
    with pytest.raises(StorageError, match="can't be read"):
        storage.read(key)


def test_a_folder_keeps_nothing_of_a_file_that_broke_off(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"x" * 100
        raise OSError("broken off")

    storage = chosen(None, tmp_path)
    with pytest.raises(StorageError, match="broken off"):
        storage.put_stream("7k/doc_7k", broken())  # type: ignore[arg-type]
    assert not list(storage.listed())


def test_a_bucket_that_is_not_there_and_a_server_that_is_down_are_said(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StorageError, match=r"Documents in s3://missing/a can't be written"):
        chosen("s3://missing/a", tmp_path).put("7k/doc_7k", tmp_path / "file")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StorageError, match=r"Documents in s3://files/down can't be listed"):
        list(chosen(f"{s3}/down", tmp_path).listed())


@pytest.mark.nightly
def test_a_whole_server_keeps_documents_in_s3(s3: str, shared_directory: Path, tmp_path: Path) -> None:
    content = PNG + LARGE
    with (
        databases.fresh("sqlite", shared_directory) as url,
        opened(url, tmp_path, storage=f"{s3}/server") as desk,
    ):
        document = desk.added(desk.shown, content, "photo.png", v="PUBLIC", k="PHOTO")
        answer = desk.get(document["url"], None, range="bytes=6000000-6000009")
        assert (answer.status_code, answer.content) == (206, content[6_000_000:6_000_010])
        assert desk.get(document["url"], None).content == content
        assert not (tmp_path / "documents").exists()
        storage = storage_of(desk.assembly.settings)
        storage.put_stream("zz/doc_zz", iter([b"of no document"]))
        assert sweep(desk.assembly.database, storage, at_once=True) == 1
        assert [key for key, _ in storage.listed()] == [key_of(document["id"])]
