"""Detects other packages of Roadshow's names, such as ``api``, ``schema`` and ``store``.

pip overwrites the files of one distribution by those of another silently, and deletes them with either. So the commands
that start Roadshow check the records of all installed distributions first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path

from api.operations.problems import CommandError

NAMES = ("api", "plugins", "recommender", "roadshow", "schema", "store")
OURS = "roadshow"
ROOT = Path(__file__).resolve().parent.parent.parent
REMEDY = (
    "Roadshow needs its own environment. Install it into a fresh one (python -m venv …), or "
    "remove the other and install Roadshow again: pip uninstall {other}; "
    "pip install --force-reinstall --no-deps roadshow (in a checkout: make clean install)."
)
_RECORDED = re.compile(rf"^\"?({'|'.join(NAMES)})(?:/|\.py\b|\.[^/,\n]*\.(?:so|pyd)\b)", re.MULTILINE)


@dataclass(frozen=True)
class Clash:
    """A package of ours that somebody else brings: a distribution, or a folder earlier on the path."""

    name: str
    other: str
    version: str | None = None

    @property
    def found(self) -> str:
        """What is wrong."""
        if self.version is None:
            return f"Python finds the package {self.name!r} in {self.other}, before Roadshow's in {ROOT}."
        return (
            f"The distribution {self.other!r} ({self.version}) installs a package {self.name!r}, and so does Roadshow: "
            "one overwrites the other."
        )

    @property
    def remedy(self) -> str:
        """What to do."""
        if self.version is None:
            return "Remove that folder from PYTHONPATH, or start Roadshow from its own environment."
        return REMEDY.format(other=self.other)


def clashes(installed: Iterable[Distribution] | None = None) -> list[Clash]:
    """Return every package of ours that another distribution records or another folder hides."""
    examined = distributions() if installed is None else installed
    unique = {clash for each in examined for clash in _clashes_of(each)}
    return sorted(unique, key=lambda clash: (clash.other, clash.name)) + list(_hidden())


def refuse_clashes() -> None:
    """Raise CommandError that names each package, who else brings it, and the remedy."""
    clashing = clashes()
    if clashing:
        raise CommandError("\n".join(f"{clash.found} {clash.remedy}" for clash in clashing))


def _clashes_of(installed: Distribution) -> Iterator[Clash]:
    # Records are searched as text, and metadata is read last, in a tenth of the time of file objects.
    recorded = _RECORDED.findall(installed.read_text("RECORD") or installed.read_text("installed-files.txt") or "")
    named = (installed.read_text("top_level.txt") or "").split()  # everything that an editable installation records
    brought = {*recorded, *named} & {*NAMES}
    if brought and re.sub(r"[-_.]+", "-", installed.name).lower() != OURS:
        for package in brought:
            yield Clash(package, installed.name, installed.version)


def _hidden() -> Iterator[Clash]:
    for name in NAMES:
        spec = find_spec(name)
        places = [Path(place).resolve() for place in (spec.submodule_search_locations or [] if spec else [])]
        if spec is not None and ROOT / name not in places[:1]:
            yield Clash(name, str(places[0].parent if places else spec.origin))
