"""The encoding of a text file: detected if the text has one reading; ambiguous files are refused."""

import codecs
from collections.abc import Callable
from pathlib import Path

from store.imports.readers.source import FileError

_CHUNK = 1 << 20
_START = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
    "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此"
    "已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代"
    "内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安"
    "少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光"
    "放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔项"
    "企投融智能医疗材料技创研究名称省市额轮简介编号领域阶段状态备注邮箱网址江苏浙广上海北京深圳杭州苏南京武汉成都西安芯片"
    "生药器械软件络云算车源环保农食能储氢航空天造装检测服务平台团队负责联系电话地址时间成立姓单位职务学历专利奖赛道届"
)
"""Characters that make up most of a Chinese text, and of lists of projects."""
_COMMON_SHARE = 0.3
"""Least share of _FREQUENT among the Chinese characters of a text: about 0.7 in Chinese, 0.1 to 0.2 otherwise."""
_KOREAN_SHARE = 0.8
_KANA_SHARE = 0.2
_PREVIEW = 24


def encoding_of(path: Path, encoding: str | None) -> tuple[str, int]:
    """Return the encoding that reads the whole file, and the number of lines.

    Raises FileError if `encoding` doesn't read it, or if none is given and the text is neither in Unicode nor surely
    Chinese in GB 18030; the message shows candidates.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    candidate = encoding or marked or "utf-8"
    if not encoding and not marked and b"\0" in start:  # half of each ASCII character in UTF-16
        little = start[1::2].count(b"\0") > start[::2].count(b"\0")
        candidate = "utf-16-le" if little else "utf-16-be"
    try:
        return candidate, _count_lines(path, candidate)
    except LookupError as error:
        raise FileError(path, f"can't be read as {candidate!r}: unknown encoding") from error
    except UnicodeDecodeError:
        pass
    if candidate == "utf-8" and not encoding:
        if (lines := _lines_of_chinese(path)) is not None:
            return "gb18030", lines
        remedy = "save it as UTF-8, or name its 'encoding' in the mapping file"
        raise FileError(path, f"is not text in UTF-8{_previews(path)}; {remedy}")
    raise FileError(path, f"is not text in {candidate}; save it as UTF-8, or name its 'encoding' in the mapping file")


def _count_lines(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines += decoder.decode(chunk).count("\n")
    decoder.decode(b"", final=True)
    return lines


def _lines_of_chinese(path: Path) -> int | None:
    """Return the number of lines if the file is Chinese in GB 18030 and can be nothing else."""
    try:
        lines = _count_lines(path, "gb18030")
    except UnicodeDecodeError:
        return None
    if not _is_chinese(_beginning(path, "gb18030")) or _is_korean(path) or _is_japanese(path):
        return None
    return lines


def _is_chinese(text: str) -> bool:
    """Return whether a text decoded as GB 18030 reads like Chinese; other encodings can be decoded so too."""
    letters = [character for character in text if not character.isascii()]
    han = [character for character in letters if "\u3400" <= character <= "\u9fff"]
    frequent = sum(character in _FREQUENT for character in han)
    rare = sum(len(pair := character.encode("gb18030", "replace")) == 2 and pair[1] < 0xA1 for character in letters)
    return bool(han) and frequent >= _COMMON_SHARE * len(han) and rare <= _COMMON_SHARE * len(letters)


def _is_korean(path: Path) -> bool:
    try:
        text = _beginning(path, "cp949")
    except UnicodeDecodeError:
        return False
    return _share(text, "\uac00", "\ud7a3") >= _KOREAN_SHARE


def _is_japanese(path: Path) -> bool:
    """Return whether the text has kana: EUC-JP and GB 2312 write them alike, and Chinese has none."""
    return any("\u3041" <= character <= "\u30fa" for character in _beginning(path, "gb18030", "ignore"))


def _beginning(path: Path, encoding: str, errors: str = "strict") -> str:
    with path.open("rb") as file:
        content = file.read(_CHUNK)
    return codecs.getincrementaldecoder(encoding)(errors).decode(content)


_OTHERS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("euc-kr", "Korean", lambda text: _share(text, "\uac00", "\ud7a3") > _KOREAN_SHARE),
    ("gb18030", "Chinese", lambda text: _is_chinese(text)),
    ("big5", "Chinese", lambda text: _share(text, "\u4e00", "\u9fff") > _KOREAN_SHARE),
    ("shift-jis", "Japanese", lambda text: _share(text, "\u3041", "\u30fa") > _KANA_SHARE),
    ("euc-jp", "Japanese", lambda text: _share(text, "\u3041", "\u30fa") > _KANA_SHARE),
    ("windows-1251", "Cyrillic", lambda text: _share(text, "\u0410", "\u044f") > _KOREAN_SHARE),
    ("windows-1252", "Western European", lambda text: len(text) > 4 * sum(not c.isascii() for c in text)),
)
"""Encodings, and whether a text decoded by one reads like a language it is used for."""


def _share(text: str, first: str, last: str) -> float:
    letters = [character for character in text if character.isalpha() and not character.isascii()]
    return sum(first <= letter <= last for letter in letters) / max(1, len(letters))


def _previews(path: Path) -> str:
    """Show, for a message, how the first non-ASCII text reads in plausible encodings."""
    shown = []
    for encoding, language, is_usual in _OTHERS:
        try:
            text = _beginning(path, encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if is_usual(text):
            line = next(line.strip() for line in text.splitlines() if not line.isascii())
            shown.append(f"{encoding} ({language}): {line[:_PREVIEW]!r}")
    return f"; it may be {', or '.join(shown)}" if shown else ""
