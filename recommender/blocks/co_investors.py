"""Co-investors: a project's backers, weighted by the public deals that they share with the subject.

User-based collaborative filtering with the cosine (Sarwar et al., WWW 2001) as one inner product. With ``n_v`` deals of
backer ``v`` and ``m_p`` backers of project ``p``, a project's coordinate is ``n_v^(-1/4) m_p^(-1/2)`` for each backer.
A subject's coefficients are the sum over the projects that it backed, itself left out: how often each backer invested
alongside it. The coordinates are sparse, so memory grows with the deals and not with the projects. A project without a
public deal is unknown here, and nothing about its fit changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from recommender.blocks.base import Block, Pair, listed
from recommender.features import Features, Floats, MembershipFeatures
from recommender.interface.lazy import Reason
from recommender.pool.profiles import EvidenceKind, Profile, SubjectKind
from recommender.pool.projects import Backer, Projects
from recommender.pool.taxonomies import name_in

LEAST_DEALS = 2
"""Minimum public deals in the pool for a backer to count: a single deal is shared with no other."""
MOST_NAMED = 2


class CoInvestorBlock(Block):
    """Categorical: the backers of a project."""

    name = "co_investors"
    weight = 2.0
    by_row = True
    description = Reason("Co-investors", "共同投资方")
    subjects = frozenset({SubjectKind.INVESTOR})
    in_spread = False

    codes_: dict[str, int]
    scales_: Floats

    def learn(self, projects: Projects) -> None:
        counts = Counter(backer.id for own in projects.backers for backer in own)
        known = sorted(backer for backer, count in counts.items() if count >= LEAST_DEALS)
        self.codes_ = {backer: code for code, backer in enumerate(known)}
        self.scales_ = np.array([counts[backer] ** -0.25 for backer in known], np.float32)

    def project(self, projects: Projects) -> Features:
        rows = [[self.codes_[each.id] for each in own if each.id in self.codes_] for own in projects.backers]
        lengths = np.array([len(own) for own in rows], np.intp)
        codes = np.array([code for own in rows for code in own], np.intp)
        values = self.scales_[codes] / np.sqrt(np.repeat(lengths, lengths)) if len(codes) else np.zeros(0)
        shape = (len(projects), max(1, len(self.codes_)))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return MembershipFeatures(sparse.csr_matrix((values.astype(np.float32), codes, starts), shape=shape))

    def query(self, profile: Profile) -> Floats | None:
        return None

    def evidence_of(self, profiles: Sequence[Profile], weights: sparse.csr_matrix) -> Floats | None:
        """Return coefficients (subjects, 1, backers) from the public deals of ``profiles``; other acts don't count."""
        row_of = self.context_.projects.row_of
        pairs = {
            (subject, row_of[act.project_id])
            for subject, profile in enumerate(profiles)
            for act in profile.history
            if act.kind is EvidenceKind.INVESTED and act.project_id in row_of
        }
        subjects, rows = np.array(sorted(pairs), np.intp).reshape(-1, 2).T
        deals = sparse.csr_matrix((np.ones(len(rows), np.float32), (subjects, rows)), shape=weights.shape)
        sums = self.features_.weighted_sums(sparse.csr_matrix(deals.multiply(weights > 0)))
        for subject, profile in enumerate(profiles):
            if profile.id in self.codes_:
                sums[subject, self.codes_[profile.id]] = 0
        return sums[:, None, :]

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("No public deal of the project is known.", "该项目没有已知的公开投资。")
        shared = self._shared(pair)
        if not shared:
            return Reason(
                "It was funded by others than those with whom you invested.", "其投资方与您以往的共同投资方不同。"
            )
        backer, rows = shared[0]
        names = [self.context_.projects.names[row] for row in rows[:MOST_NAMED]]
        en, zh = (listed([name_in(name, language) for name in names], language) for language in ("en", "zh"))
        return Reason(
            f"Funded by {name_in(backer.names, 'en', backer.id)}, with whom you invested in {en}.",
            f"投资方“{name_in(backer.names, 'zh', backer.id)}”曾与您共同投资“{zh}”。",
        )

    def _shared(self, pair: Pair) -> list[tuple[Backer, list[int]]]:
        """Return backers of the project with the rows that the subject backed beside them, closest first."""
        projects = self.context_.projects
        deals = {act.project_id for act in pair.profile.history if act.kind is EvidenceKind.INVESTED}
        own = sorted(projects.row_of[each] for each in deals if each in projects.row_of)
        backers = {row: {backer.id for backer in projects.backers[row]} for row in own}
        shared = []
        for backer in projects.backers[pair.row]:
            if backer.id == pair.profile.id or backer.id not in self.codes_:
                continue
            rows = [row for row in own if backer.id in backers[row] and row != pair.row]
            if rows:
                shared.append((backer, rows))
        closeness = {backer.id: len(rows) * float(self.scales_[self.codes_[backer.id]]) ** 2 for backer, rows in shared}
        return sorted(shared, key=lambda each: (-closeness[each[0].id], each[0].id))
