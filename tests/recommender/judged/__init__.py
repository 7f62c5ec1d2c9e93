"""Verdicts on the demo, and what reads them."""

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


def read(name: str) -> Any:
    """Reads one of the YAML files beside this module."""
    return yaml.safe_load((HERE / name).read_text("utf-8"))
