"""The sources of a pool snapshot (store, blocks, encoders, weights), and where it is saved."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from recommender.blocks import Block, core_blocks
from recommender.encoders import Encoder
from recommender.fit.weights import Weights
from recommender.pool.ranked_kinds import RankedKind
from recommender.snapshot.loader import find_candidates, load_snapshot
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.snapshot_file import SnapshotFile
from store.database import Database
from store.database.installation_keys import installation_key
from store.settings import Settings


@dataclass(frozen=True)
class SnapshotSource:
    """Builds snapshots of one store. ``blocks`` are core's and plugins'; none means core's alone."""

    database: Database
    settings: Settings | None
    blocks: Sequence[Block]
    encoders: Sequence[Encoder]
    weights: Weights | None
    kinds: Sequence[RankedKind] = ()

    def load(self, session: Session) -> PoolSnapshot:
        """Read the pool, fit the model, and index the candidates."""
        snapshot = load_snapshot(session, self._fresh(), self.encoders, self.weights, kinds=self.kinds)
        find_candidates(snapshot)
        return snapshot

    def foreign_blocks(self) -> dict[str, Block]:
        """Return the plugins' blocks by name, unfitted."""
        core = {block.name for block in core_blocks()}
        return {block.name: copy.copy(block) for block in self.blocks if block.name not in core}

    def file(self) -> SnapshotFile | None:
        """Return the file in which snapshots are saved; ``None`` without settings."""
        if self.settings is None:
            return None
        url = self.database.url.render_as_string()
        names = [*(each.name for each in self.encoders), *(each.name for each in self.blocks)]
        names += [str(each) for each in self.kinds]
        weights = None if self.weights is None else self.weights.flat()
        secret = partial(installation_key, self.database, "snapshots")
        return SnapshotFile(self.settings.data_directory, f"{url}|{names}|{weights}", secret)

    def _fresh(self) -> list[Block]:
        """Return new blocks of core, which hold the fit of one snapshot, and copies of plugins' blocks."""
        anew = {block.name: block for block in core_blocks()}
        return [anew.get(block.name) or copy.copy(block) for block in self.blocks] or [*anew.values()]
