"""Tokenization of texts for indexing and search, identical on every database.

Words of alphabets are folded (case, width, accents) and, if English, stemmed. Scripts written without blanks (Chinese,
Japanese, Korean, Thai…) become overlapping pairs of characters, each run closed by its last character alone: 医疗器
gives 医疗, 疗器, 器. So a word of two characters is one token, a longer one a sequence of tokens, and a single
character the beginning of a token.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

LONGEST_TOKEN = 64
"""Characters of a word that count; real words are shorter, some addresses longer."""

_WIDE_RANGES = (
    (0x0E01, 0x0E4E),  # Thai
    (0x0E81, 0x0EDF),  # Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17D3),  # Khmer
    (0x3005, 0x3007),  # 々〆〇
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x3096),  # Hiragana
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # Katakana
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),  # Bopomofo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FB),  # Hangul syllables
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x323AF),  # Han, further extensions
)
_WIDE = "".join(f"{chr(first)}-{chr(last)}" for first, last in _WIDE_RANGES)
_MARKS = "".join(chr(code) for code in range(0x0300, 0x1CFF) if unicodedata.category(chr(code)).startswith("M"))
_RUN = re.compile(rf"(?P<wide>[{_WIDE}]+)|[a-z](?:\+\+|\#)(?!\w)|[^\W_][^\W_{_MARKS}]*(?:[{_MARKS}]+[^\W_{_MARKS}]*)*")
_WIDE_PART = re.compile(rf"([{_WIDE}]+)")
_COMBINED = re.compile(
    r"(?s).[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\u1160-\u11ff\uff9e\uff9f]*"
)
"""A character with its combining marks, sound marks and Hangul letters."""


_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0x2019: 0x27, 0xFF07: 0x27}
_LATIN: dict[int, str] = {ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("æ"): "ae", ord("œ"): "oe"}
for _code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
    _base = unicodedata.normalize("NFD", chr(_code))[0]
    if _base.isascii() and _base.isalpha():
        _LATIN[_code] = _base.lower()
_ACCENTS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")

_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()  # a stemmer keeps state, so one per thread


@dataclass(frozen=True, slots=True)
class Token:
    """One token and its position: `text[start:end]`."""

    text: str
    """What is indexed: the stem of a word, a pair of characters, or the last character of a run."""
    form: str
    """The folded word before stemming."""
    start: int
    end: int
    wide: bool
    """Whether it is of a script written without blanks."""
    closing: bool = False
    """Whether it is the last character of a run, already part of the pair before it unless the run is one character."""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text` in order, with their positions. Never raises."""
    folded, offsets = _fold(text)
    return [
        token if offsets is None else _moved(token, offsets)
        for start, end, wide in _runs(folded)
        for token in (_pairs(folded, start, end) if wide else _words(folded, start, end))
    ]


def index_tokens(text: str) -> tuple[list[str], list[str]]:
    """Return the tokens of `text` in order, and the word forms that differ from their stems."""
    tokens: list[str] = []
    forms: list[str] = []
    folded, _ = _fold(text)
    for start, end, wide in _runs(folded):
        if wide:
            run = folded[start:end]
            tokens.extend(map("".join, pairwise(run)))
            tokens.append(run[-1])
        else:
            form = folded[start:end][:LONGEST_TOKEN]
            token = stem(form)
            tokens.append(token)
            if token != form:
                forms.append(form)
    return tokens, forms


@lru_cache(maxsize=200_000)
def stem(form: str) -> str:
    """Return the English stem of a folded word; a word with digits or other letters is its own stem."""
    if len(form) < 3 or not (form.isascii() and form.isalpha()):
        return form
    with _stemming:
        return str(_stemmer.stemWord(form)) or form


def _runs(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and width of each run; a possessive 's is no word."""
    previous_end = -2
    for match in _RUN.finditer(folded):
        start, end = match.span()
        if match.lastgroup == "wide":
            yield start, end, True
        else:
            run = match.group()
            if run == "s" and start == previous_end + 1 and folded[start - 1] == "'":
                continue
            if run.isascii():
                yield start, end, False
            else:  # letters and wide characters without a blank between them
                for part in _WIDE_PART.split(run):
                    if part:
                        yield start, start + len(part), bool(_WIDE_PART.match(part))
                    start += len(part)
        previous_end = end


def _words(folded: str, start: int, end: int) -> Iterator[Token]:
    form = folded[start:end][:LONGEST_TOKEN]
    yield Token(stem(form), form, start, end, wide=False)


def _pairs(folded: str, start: int, end: int) -> Iterator[Token]:
    for index in range(start, end - 1):
        pair = folded[index : index + 2]
        yield Token(pair, pair, index, index + 2, wide=True)
    last = folded[end - 1]
    yield Token(last, last, end - 1, end, wide=True, closing=True)


def _moved(token: Token, offsets: list[int]) -> Token:
    after = token.end
    while after < len(offsets) - 1 and offsets[after] == offsets[token.end - 1]:
        after += 1  # one character of the text may fold to several
    return Token(token.text, token.form, offsets[token.start], offsets[after], token.wide, token.closing)


def _fold(text: str) -> tuple[str, list[int] | None]:
    """Fold case, width and Latin accents of `text`.

    With it, for each folded character its offset in `text`, closed by the length of `text`; None if they are the same,
    as nearly always.
    """
    if text.isascii():
        return text.lower(), None
    narrow = text.translate(_FULL_WIDTH)
    if unicodedata.is_normalized("NFKC", narrow):
        folded = narrow.casefold().translate(_LATIN)
        if len(folded) == len(text) and not _ACCENTS.search(folded):
            return folded, None
    parts: list[str] = []
    offsets: list[int] = []
    for match in _COMBINED.finditer(narrow):
        part = unicodedata.normalize("NFKC", match.group()).casefold().translate(_LATIN)
        part = _ACCENTS.sub("", part)
        parts.append(part)
        offsets.extend([match.start()] * len(part))
    offsets.append(len(text))
    return "".join(parts), offsets
