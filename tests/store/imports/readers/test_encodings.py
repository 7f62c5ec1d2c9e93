"""Encodings: read where a text has one reading, asked about where it may have several."""

from pathlib import Path

import pytest

from store.imports.readers import FileError, open_source

CHINESE = "编号,项目名称,简介\n1,智能水下机器人,面向海洋牧场的检测与清洗设备\n2,高温燃料电池,用于分布式供能\n"
SHORT = "项目\n甲醇制氢\n"
TEXTS = {
    "euc-kr": ["name,summary\n한빛전지,전고체 배터리를 만듭니다\n", "이름\n바다로봇\n"],
    "cp949": ["name\n똠방각하 로봇\n"],
    "big5": ["編號,項目名稱\n1,氫能專案與智慧醫療\n2,半導體設備\n"],
    "shift_jis": ["番号,名称\n1,海洋ロボット\n2,全固体電池のセル\n"],
    "euc_jp": ["番号,名称\n1,海洋ロボット\n2,全固体電池のセル\n", "name\nひかりセンサー\n"],
    "windows-1251": ["name,summary\nМорской робот,Проверяет опоры и трубы\n"],
    "koi8-r": ["name\nВодородная энергетика и датчики\n"],
    "iso-8859-7": ["name\nΥδρογόνο και αισθητήρες\n"],
    "windows-1255": ["name\nמימן וחיישנים\n"],
    "windows-1256": ["name\nالهيدروجين وأجهزة الاستشعار\n"],
    "tis-620": ["name\nหุ่นยนต์ใต้น้ำ\n"],
    "latin-1": ["name\nMüller & Söhne\nÉnergie bleue\n"],
    "windows-1252": ["name\nL’énergie bleue – Lyon\n"],
}


@pytest.mark.parametrize("text", [CHINESE, SHORT, CHINESE * 200], ids=["list", "short", "long"])
@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "gb2312", "utf-8", "utf-16", "utf-8-sig"])
def test_chinese_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    source = open_source(path)
    assert source.headers == text.split("\n")[0].split(",")


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding, texts in TEXTS.items() for text in texts]
)
def test_other_encodings_are_asked_about_and_read_by_name(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(FileError, match=r"is not text in UTF-8.*name its 'encoding'"):
        open_source(path)
    source = open_source(path, encoding=encoding)
    assert [value for _, row in source.rows() for value in row.values()] == [
        cell for line in text.splitlines()[1:] for cell in line.split(",")
    ]


@pytest.mark.parametrize(
    ("encoding", "says"),
    [("euc-kr", "euc-kr \\(Korean\\): '한빛전지"), ("shift_jis", "shift-jis \\(Japanese\\)"),
     ("euc_jp", "euc-jp \\(Japanese\\): '番号"), ("big5", "big5 \\(Chinese\\): '編號"),
     ("windows-1251", "windows-1251 \\(Cyrillic\\): 'Морской")],
)  # fmt: skip
def test_the_message_shows_what_it_may_be(tmp_path: Path, encoding: str, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXTS[encoding][0].encode(encoding))
    with pytest.raises(FileError, match=says):
        open_source(path)


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ('A,"say \\"hi\\", twice"', 'say "hi", twice'),
        ('A,"\\"quoted\\""', '"quoted"'),
        ('A,"5\\" pipe, steel"', '5" pipe, steel'),
    ],
)
def test_backslashes_before_quotes(tmp_path: Path, line: str, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"name,summary\n{line}\nB,fine\n", encoding="utf-8")
    for escape in (None, "\\"):
        source = open_source(path, escape=escape)
        assert [row["summary"] for _, row in source.rows()] == [cell, "fine"]


def test_backslashes_that_are_no_escapes_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,summary\nA,"C:\\temp"\nB,a\\b\n', encoding="utf-8")
    assert [row["summary"] for _, row in open_source(path).rows()] == ["C:\\temp", "a\\b"]


def test_a_backslash_at_the_end_of_a_cell_is_none_before_a_quote(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,summary,note\nA,"C:\\","x"\nB,y,z\n', encoding="utf-8")
    assert [row["summary"] for _, row in open_source(path).rows()] == ["C:\\", "y"]


def test_a_file_with_two_readings_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,summary,note\nA,dir\\,5\\" pipe\n', encoding="utf-8")
    with pytest.raises(FileError, match=r"may be a quote or the end of a cell; write escape: '.' in the mapping file"):
        open_source(path)
    assert [row["summary"] for _, row in open_source(path, escape="none").rows()] == ["dir\\"]
    assert [row["summary"] for _, row in open_source(path, escape="\\").rows()] == ['dir,5" pipe']
