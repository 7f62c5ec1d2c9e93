"""A block and a gate, both made of the notes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import func, select

from roadshow import Block, Gate, Pair, Profile, Projects, Reason, Taxonomies, hookimpl
from roadshow_stranger.tables import Note

EMBARGO = "embargo"


class NotedBlock(Block):
    """Dense, one coordinate: the logarithm of how often a project was noted. Every subject wants it."""

    name = "stranger_noted"
    weight = 0.3
    description = Reason("Notes", "笔记")

    def load(self, session: Any) -> None:
        rows = session.execute(select(Note.project_id, func.count()).group_by(Note.project_id))
        self.counts = Counter(dict(rows.all()))

    def project(self, projects: Projects) -> np.ndarray:
        return np.log1p([[self.counts[each]] for each in projects.ids]).astype(np.float32)

    def query(self, profile: Profile) -> np.ndarray:
        return np.ones(1, np.float32)

    def explain(self, pair: Pair) -> Reason:
        noted = self.counts[self.context_.projects.ids[pair.row]]
        return Reason(f"It has {noted} notes.", f"有 {noted} 条笔记。")


class EmbargoGate(Gate):
    """Stops projects whose name says so."""

    name = "stranger_embargo"
    description = Reason("No embargo", "无禁令")

    def passes(self, profile: Profile, projects: Projects, samples: Taxonomies) -> np.ndarray:
        return np.array([EMBARGO not in " ".join(names.values()).lower() for names in projects.names], dtype=bool)

    def explain(self, profile: Profile, projects: Projects, samples: Taxonomies, row: int, passed: bool) -> Reason:
        return Reason("No embargo.", "无禁令。") if passed else Reason("It is under embargo.", "该项目处于禁令期。")


@hookimpl
def register_blocks() -> Iterable[Block]:
    yield NotedBlock()


@hookimpl
def register_gates() -> Iterable[Gate]:
    yield EmbargoGate()
