"""Import generated projects twice by the command line: time, peak memory, and what the second import changed.

    python benchmarks/import.py [--rows 100000] [--format csv] [--database-url postgresql+psycopg://…] [--kill]

Without a database URL it takes a new SQLite file. Peak memory is the import process's own, as the kernel counts it
(`ru_maxrss`); nothing is encoded. With `--kill` a hundredth of the rows is imported first, then an import of all
is killed (SIGKILL) when half of them are written, and every table is compared, row by row, with what it was before.
"""

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

HEADERS = ["id", "name", "名称", "description", "categories", "stage", "ask", "country", "region", "city", "founded"]
HEADERS += ["founders", "keywords", "technology level", "website"]
WORDS = (  # noqa: SIM905
    "platform sensor battery protein imaging robot satellite grid water crop vaccine lens chip payment school harbour "
    "turbine membrane compiler drone therapy logistics retail steel forest tidal optical quantum genome archive"
).split()
CATEGORIES = [f"{first} {second}" for first in WORDS[:20] for second in ("software", "hardware", "services")]
STAGES = ["Seed", "天使轮", "A轮", "Series B", "Pre-A", ""]
PLACES = [
    ("China", "Jiangsu", "Suzhou"),
    ("China", "Liaoning", "Dalian"),
    ("US", "California", "San Jose"),
    ("DE", "", "Berlin"),
]


def rows(count: int) -> Iterator[list[str]]:
    """Generated projects, the same ones each time."""
    chance = random.Random(20_240_716)
    for number in range(count):
        words = chance.choices(WORDS, k=40)
        place = chance.choice(PLACES)
        yield [
            f"g{number}",
            f"{words[0].title()} {words[1].title()} {number}",
            f"项目{number}号",
            " ".join(words) + ".",
            "; ".join(chance.sample(CATEGORIES, 3)),
            chance.choice(STAGES),
            f"{chance.randint(1, 50)}00-{chance.randint(51, 99)}00万元",
            *place,
            f"{chance.randint(2000, 2024)}年{chance.randint(1, 12)}月",
            f"Person {number}（CEO）" if number % 4 == 0 else "",
            "; ".join(words[2:6]),
            "国内先进" if number % 3 == 0 else "",
            f"example.org/{number}",
        ]


def generate(path: Path, count: int) -> None:
    """Write the projects in the format that the file's name says."""
    if path.suffix == ".csv":
        import csv

        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(HEADERS)
            csv.writer(file).writerows(rows(count))
    elif path.suffix == ".jsonl":
        import orjson

        with path.open("wb") as file:
            file.writelines(orjson.dumps(dict(zip(HEADERS, row, strict=True))) + b"\n" for row in rows(count))
    elif path.suffix == ".xlsx":
        import openpyxl

        workbook = openpyxl.Workbook(write_only=True)
        sheet = workbook.create_sheet()
        sheet.append(HEADERS)
        for row in rows(count):
            sheet.append(row)
        workbook.save(path)
    else:
        import pyarrow
        import pyarrow.parquet

        columns = zip(*rows(count), strict=True)
        pyarrow.parquet.write_table(pyarrow.table(dict(zip(HEADERS, map(list, columns), strict=True))), path)


KILLED = """
import sys
from pathlib import Path
from store.database import Database
from store.imports import import_files

written = 0

def advance(step, plan, rows):
    global written
    written += rows if step == "write" else 0
    if written == int(sys.argv[3]):
        print("half", flush=True)

import_files(Database(sys.argv[1]), [Path(sys.argv[2])], namespace="generated", advance=advance)
"""
"""Import, and report once the given number of rows is written."""


PREVIEW = """
import sys
from pathlib import Path
from store.database import Database
from store.imports import import_files
from store.imports.preview import Preview

found = Preview()
done = import_files(Database(sys.argv[1]), [Path(sys.argv[2])], namespace="generated", dry_run=True, found=found)
found.shown(done.files[0])
"""
"""Show what an import would do, as a page does."""


def kill(url: str, path: Path, count: int) -> None:
    """Kill an import while it writes, and report whether the store is unchanged."""
    before, size = state(url)
    start = time.perf_counter()
    command = [sys.executable, "-c", KILLED, url, str(path), str(count // 2)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    if process.stdout.readline() != "half\n":
        sys.exit("The import to be killed ended by itself")
    process.send_signal(signal.SIGKILL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    after, _ = state(url)
    print(
        f"{'killed (SIGKILL)' if killed else 'not killed'} with {count // 2:,} rows written, after {seconds:.1f} s, "
        f"peak {usage.ru_maxrss / 1024:.0f} MB: {size:,} rows in {len(before)} tables "
        f"{'are as before' if before == after else 'DIFFER'}"
    )
    if before != after or not killed:
        sys.exit(1)


def state(url: str) -> tuple[dict[str, str], int]:
    """Return a digest of every table, whatever the order of its rows, and how many rows there are."""
    from sqlalchemy import inspect, text

    from store.database import Database

    database = Database(url)
    digests: dict[str, str] = {}
    total = 0
    with database.read() as session:
        for table in sorted(inspect(session.connection()).get_table_names()):
            found = session.execute(text(f'SELECT * FROM "{table}"'))
            hashes = sorted(hashlib.sha256(repr(tuple(row)).encode()).digest() for row in found)
            digests[table] = hashlib.sha256(b"".join(hashes)).hexdigest()
            total += len(hashes)
        if database.is_sqlite and (checked := session.scalar(text("PRAGMA integrity_check"))) != "ok":
            sys.exit(f"The file is damaged: {checked}")
    database.dispose()
    return digests, total


def run(command: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Return seconds, peak memory in MB and output of a command; exit this program if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output


def changes(url: str) -> int:
    """Count the rows of the change log."""
    from sqlalchemy import func, select

    from store.database import Database
    from store.models import Change

    database = Database(url)
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Change)) or 0


def main() -> None:
    """Generate, import, import again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--format", choices=("csv", "xlsx", "jsonl", "parquet"), default="csv")
    parser.add_argument("--database-url")
    parser.add_argument("--kill", action="store_true", help="kill an import half-way first, and compare the store")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="roadshow-import-") as directory:
        url = options.database_url or f"sqlite:///{directory}/roadshow.sqlite"
        environment = os.environ | {"ROADSHOW_DATABASE_URL": url}
        roadshow = [sys.executable, "-c", "from api.cli.main import main; main()"]
        path = Path(directory) / f"projects.{options.format}"
        generate(path, options.rows)
        megabytes = path.stat().st_size / 1e6
        print(f"{options.rows:,} projects, {megabytes:.0f} MB of {options.format}, {url.partition(':')[0]}")
        command = [*roadshow, "import", str(path), "--namespace", "generated", "--report", f"{directory}/problems.csv"]
        before = 0
        if options.kill:
            part = path.with_name(f"part.{options.format}")
            generate(part, options.rows // 100)
            run([*roadshow, "import", str(part), "--kind", "projects", *command[-4:]], environment)
            kill(url, path, options.rows)
            before = changes(url)
        run([*roadshow, "migrate"], environment)
        seconds, memory, _ = run([sys.executable, "-c", PREVIEW, url, str(path)], environment)
        print(f"preview: {seconds:.1f} s, {options.rows / seconds:,.0f} rows/s, peak {memory:.0f} MB")
        for turn in ("first import", "second import"):
            seconds, memory, _ = run(command, environment)
            after = changes(url)
            print(
                f"{turn}: {seconds:.1f} s, {options.rows / seconds:,.0f} rows/s, peak {memory:.0f} MB, "
                f"{after - before:,} change rows"
            )
            before = after


if __name__ == "__main__":
    main()
