"""The type of a file is told by content and ending together."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from store.files.media_types import MEDIA_TYPES, MediaTypeError, media_type_of


def office(kind: str, folder: str) -> bytes:
    target = io.BytesIO()
    content = f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", content)
        archive.writestr(f"{folder}/document.xml", "<w/>")
    return target.getvalue()


SAMPLES = {
    "a.pdf": b"%PDF-1.7\n%%EOF\n",
    "a.pptx": office("presentationml.presentation", "ppt"),
    "A.DOCX": office("wordprocessingml.document", "word"),
    "a.xlsx": office("spreadsheetml.sheet", "xl"),
    "a.ppt": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "a.png": bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(60),
    "a.jpg": bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9"),
    "a.jpeg": bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9"),
    "a.gif": b"GIF89a" + bytes(20),
    "a.webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30),
    "a.mp4": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(30),
    "a.webm": bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + bytes(30),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_kind_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SAMPLES[name])
    assert media_type_of(path, MEDIA_TYPES.values()) == MEDIA_TYPES[path.suffix.lower()]


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.gif", "a.webp", "a.mp4"])
def test_no_kind_passes_for_another(tmp_path: Path, name: str) -> None:
    for other in SAMPLES:
        if MEDIA_TYPES[Path(other).suffix.lower()] == MEDIA_TYPES[Path(name).suffix]:
            continue
        path = tmp_path / name
        path.write_bytes(SAMPLES[other])
        with pytest.raises(MediaTypeError, match="not what its ending says"):
            media_type_of(path, MEDIA_TYPES.values())


def test_a_setting_narrows_what_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SAMPLES["a.png"])
    with pytest.raises(MediaTypeError, match=r"ends in \.pdf\."):
        media_type_of(path, ["application/pdf"])
