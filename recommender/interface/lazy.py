"""Sentences and sequences that are computed on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, overload


class Reason:
    """A sentence for people, in all languages of Roadshow.

    ``Reason.lazily`` takes a function that words the reason on first use: a ranking holds many more reasons than are
    ever read. ``Reason.by_language`` takes one that words it in a language, ``en`` or ``zh``; usually only one is read.
    """

    __slots__ = ("_found", "_make", "_said", "_say")

    def __init__(self, en: str, zh: str) -> None:
        self._found: tuple[str, str] | None = (en, zh)
        self._make: Callable[[], Reason] | None = None
        self._say: Callable[[str], str] | None = None
        self._said: dict[str, str] = {}

    @classmethod
    def lazily(cls, make: Callable[[], Reason]) -> Reason:
        """Return a reason that ``make`` words on first use."""
        reason = cls.__new__(cls)
        reason._found, reason._make, reason._say, reason._said = None, make, None, {}
        return reason

    @classmethod
    def by_language(cls, say: Callable[[str], str]) -> Reason:
        """Return a reason that ``say`` words in a language on first use."""
        reason = cls.__new__(cls)
        reason._found, reason._make, reason._say, reason._said = None, None, say, {}
        return reason

    def _in(self, language: str) -> str:
        if self._say is None:
            return self._texts()[language == "zh"]
        sentence = self._said.get(language)  # two threads may say it at once; both say the same
        if sentence is None:
            sentence = self._said[language] = self._say(language)
        return sentence

    def _texts(self) -> tuple[str, str]:
        if self._say is not None:
            return self._in("en"), self._in("zh")
        make = self._make  # two threads may make it at once; neither finds it half made
        if make is not None:
            self._found = make()._texts()
            self._make = None
        assert self._found is not None
        return self._found

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self._in("en")

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return self._in("zh")

    def in_language(self, language: str) -> str:
        """Return the Chinese sentence for any tag that begins with ``zh``, else the English one."""
        return self.zh if language.lower().startswith("zh") else self.en

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reason) and self._texts() == other._texts()

    def __hash__(self) -> int:
        return hash(self._texts())

    def __repr__(self) -> str:
        return f"Reason(en={self.en!r}, zh={self.zh!r})"

    def __deepcopy__(self, memo: object) -> Reason:
        return Reason(*self._texts())


T = TypeVar("T")


class Lazily(Sequence[T]):
    """A sequence that is computed on first use; otherwise like a tuple."""

    __slots__ = ("_items", "_make")

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make: Callable[[], Iterable[T]] | None = make
        self._items: tuple[T, ...] = ()

    def _made(self) -> tuple[T, ...]:
        make = self._make  # as in ``Reason``
        if make is not None:
            self._items = tuple(make())
            self._make = None
        return self._items

    def __len__(self) -> int:
        return len(self._made())

    def __iter__(self) -> Iterator[T]:
        return iter(self._made())

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._made()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._made() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._made())

    def __repr__(self) -> str:
        return repr(self._made())

    def __deepcopy__(self, memo: object) -> tuple[T, ...]:
        return self._made()
