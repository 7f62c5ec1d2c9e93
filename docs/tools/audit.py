"""Compares lock files with a list of known vulnerabilities: ``python -m docs.tools.audit FILE...``

pip-audit asks the list. What it can't look up is unknown, which is neither good news nor a failure. Ends with 1 where
a pinned version has a known vulnerability.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs.tools.locked import pins

TORCH = "torch==2.13.0"
"""Pinned by the Makefile, not by a lock file."""


@dataclass
class Findings:
    """What is known of the pinned versions; ``vulnerable`` holds a sentence for each hole."""

    clean: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)
    vulnerable: list[str] = field(default_factory=list)


def audit(files: Iterable[Path]) -> Findings:
    """Ask for everything that the files pin, and torch."""
    wanted = dict(pin for file in files for pin in pins(file).items())
    name, _, version = TORCH.partition("==")
    wanted[name] = version
    return judge(wanted, _answers(wanted))


def judge(wanted: dict[str, str], answers: Iterable[dict[str, Any]]) -> Findings:
    """Sort pip-audit's answers; a package without an answer is unknown."""
    found = Findings(unknown={f"{name} {version}": "no answer" for name, version in wanted.items()})
    for each in answers:
        if each["name"] not in wanted:
            continue
        shown = f"{each['name']} {wanted[each['name']]}"
        if "skip_reason" in each:
            found.unknown[shown] = each["skip_reason"]
            continue
        found.unknown.pop(shown, None)
        for hole in each["vulns"]:
            names = ", ".join([hole["id"], *hole.get("aliases", [])])
            fixed = ", ".join(hole["fix_versions"]) or "no version yet"
            found.vulnerable.append(f"{shown}: {names}; fixed in {fixed}")
        if not each["vulns"]:
            found.clean.add(shown)
    return found


def report(found: Findings) -> str:
    """Return the findings in words, the worst first."""
    lines = [f"VULNERABLE  {sentence}" for sentence in found.vulnerable]
    if found.unknown:
        example = next(iter(found.unknown.values()))
        lines.append(f"UNKNOWN     {len(found.unknown)} packages could not be looked up, for example: {example}")
    lines.append(f"{len(found.vulnerable)} known vulnerabilities; {len(found.clean)} packages without any.")
    return "\n".join(lines)


def _answers(wanted: dict[str, str]) -> list[dict[str, Any]]:
    listed = "\n".join(f"{name}=={version}" for name, version in sorted(wanted.items()))
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off"]
    asked = subprocess.run(
        [*command, "--format", "json", "-r", "/dev/stdin"], input=listed, capture_output=True, text=True, check=False
    )
    try:
        dependencies: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(asked.stderr.strip()[-500:], file=sys.stderr)
        return []
    return dependencies


def main(arguments: list[str]) -> int:
    """Print the findings."""
    found = audit(map(Path, arguments))
    print(report(found))
    return 1 if found.vulnerable else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
