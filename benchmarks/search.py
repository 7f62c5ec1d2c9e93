"""Measures search: tokens per second at indexing, and milliseconds per query, by how much matches.

    python benchmarks/search.py [--documents 100000] [--database-url sqlite:///path]

The texts are generated (Zipf-distributed words of letters, and Chinese characters), the same on every run.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from store import search
from store.access.actors import Actor
from store.database import Database
from store.database.migration import core_chain, upgrade
from store.search import index
from store.values.ids import new_id

RARE, COMMON = 1 / 1000, 1 / 2


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Documents of about 120 English words and 120 Chinese characters; marker words of known frequency."""
    source = random.Random(20)
    vocabulary = ["".join(source.choices("abcdefghijklmnoprstuvw", k=source.randint(3, 10))) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    characters = [chr(0x4E00 + number) for number in source.sample(range(20_000), 3000)]
    character_weights = [1 / (rank + 20) for rank in range(len(characters))]
    for _ in range(count):
        words = source.choices(vocabulary, weights, k=120)
        chinese = "".join(source.choices(characters, character_weights, k=120))
        if source.random() < RARE:
            words[60], chinese = "zirconium", chinese[:60] + "锆石矿" + chinese[60:]
        if source.random() < COMMON:
            words[80], chinese = "platform", chinese[:80] + "平台" + chinese[80:]
        yield {
            "id": new_id("prj"),
            "name": {"en": " ".join(words[:3]), "zh": chinese[:6]},
            "summary": {"en": " ".join(words[3:30]), "zh": chinese[6:40]},
            "description": {"en": " ".join(words[30:]), "zh": chinese[40:]},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--database-url", help="an empty database; a temporary SQLite file if not given")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        database = Database(arguments.database_url or f"sqlite:///{directory}/search.sqlite")
        upgrade(database, core_chain())
        fill(database, arguments.documents)
        if database.is_sqlite:
            size = sum(path.stat().st_size for path in Path(str(database.url.database)).parent.glob("*.sqlite*"))
            print(f"database on disk: {size / 1e6:.0f} MB")
        ask(database)
        database.dispose()


def fill(database: Database, count: int) -> None:
    generated = list(rows(count))
    started = time.perf_counter()
    for row in generated:
        index.document_of(row["id"], row)
    cutting = time.perf_counter() - started
    started = time.perf_counter()
    with database.write(Actor.system("benchmark")) as session:
        index.update_rows(session, generated)
    writing = time.perf_counter() - started
    print(f"{count} documents: cut into tokens in {cutting:.1f} s, indexed (with cutting) in {writing:.1f} s")
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE search_document"))


def ask(database: Database) -> None:
    queries = {
        "word, 1 of 1000": "zirconium",
        "word of Chinese, 1 of 1000": "锆石",
        "longer word of Chinese": "锆石矿",
        "two words, 1 of 1000": "zirconium 锆石",
        "phrase": '"zirconium platform"',
        "beginning of a word": "zirco*",
        "one character": "锆",
        "word, 1 of 2": "platform",
        "word of Chinese, 1 of 2": "平台",
        "word and word, 1 of 2": "platform 平台",
        "nothing": "unobtainium",
    }
    for name, query in queries.items():
        times: list[float] = []
        with database.read() as session:
            matches = search.count(session, query)
            for _ in range(7):
                started = time.perf_counter()
                search.search(session, query, limit=20)
                times.append((time.perf_counter() - started) * 1000)
        print(f"{name:28} {matches:7} matches  first 20 in {statistics.median(times):8.2f} ms")


if __name__ == "__main__":
    main()
