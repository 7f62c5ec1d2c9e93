"""The cost of following the change log: full read, a snapshot mapped from its file, one updated project."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from recommender.encoders import Encoder, Vectors, normalised
from recommender.serving.service import Recommender
from recommender.training.encode import encode
from store.access.actors import Actor
from store.database import Database
from store.database.migration import core_chain, upgrade
from store.models.concepts import Concept, ConceptScheme
from store.models.investors import Investment, Investor, InvestorConcept
from store.models.projects import Project, ProjectConcept
from store.settings import Settings

Answer = TypeVar("Answer")
WORDS = [f"word{number:04d}" for number in range(3000)]


class Words(Encoder):
    """The sum of a drawn vector for each word."""

    def __init__(self, name: str, dimension: int) -> None:
        self.name, self.dimension = name, dimension
        self._drawn: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                if word not in self._drawn:
                    drawn = np.random.default_rng(zlib.crc32((self.name + word).encode()))
                    self._drawn[word] = drawn.normal(size=self.dimension).astype(np.float32)
                vectors[row] += self._drawn[word]
        return normalised(vectors)


def fill(database: Database, projects: int, investors: int) -> None:
    """Projects of 40 words and one of 300 industries; investors with a thesis and four investments."""
    draw = random.Random(0)
    with database.write(Actor.system("benchmark")) as session:
        scheme = ConceptScheme(name={"en": "Industries"})
        session.add(scheme)
        session.flush()
        concepts = [Concept(scheme_id=scheme.id, notation=str(n), name={"en": WORDS[n]}) for n in range(300)]
        pool = []
        for number in range(projects):
            topic = draw.randrange(100) * 30
            text = " ".join(draw.choices(WORDS[topic : topic + 30], k=40))
            pool.append(
                Project(name={"en": f"P{number}"}, description={"en": text}, status="PUBLISHED", funding_stage="SEED")
            )
        everybody = [
            Investor(name={"en": f"I{number}"}, thesis={"en": " ".join(draw.choices(WORDS, k=8))}, stages=["SEED"])
            for number in range(investors)
        ]
        session.add_all([*concepts, *pool, *everybody])
        session.flush()
        for project in pool:
            session.add(ProjectConcept(project_id=project.id, concept_id=draw.choice(concepts).id))
        for investor in everybody:
            session.add(InvestorConcept(investor_id=investor.id, concept_id=draw.choice(concepts).id))
            for project in draw.sample(pool, 4):
                session.add(Investment(investor_id=investor.id, project_id=project.id, invested="2023-05"))


def timed(title: str, run: Callable[[], Answer]) -> Answer:
    begin = time.process_time()
    answer = run()
    print(f"{title:<50} {time.process_time() - begin:6.2f} s")
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=12_000)
    parser.add_argument("--investors", type=int, default=4_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/store.sqlite")
        upgrade(database, core_chain())
        fill(database, options.projects, options.investors)
        encoders = [Words("first", 512), Words("second", 384)]
        encode(database, encoders)
        settings = Settings(data_directory=Path(folder))
        recommender = Recommender(database, settings=settings, encoders=encoders)
        snapshot = timed("everything read, fitted and written to its file", recommender.refresh)
        timed("queries of all investors and places", snapshot.caches.warm)
        again = Recommender(database, settings=settings, encoders=encoders)
        timed("the image mapped from its file", again.refresh)
        with database.write(Actor.system("benchmark")) as session:
            session.add(Project(name={"en": "new"}, description={"en": " ".join(WORDS[:40])}, status="PUBLISHED"))
        timed("one new project taken in", again.refresh)
        database.dispose()


if __name__ == "__main__":
    main()
