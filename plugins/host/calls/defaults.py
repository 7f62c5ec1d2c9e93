"""What stands for an argument of a call that was not given."""

from __future__ import annotations

from typing import Any

RAISE: Any = type("Raise", (), {"__repr__": lambda self: "RAISE"})()
"""As a default: let the failure through."""
BY_SETTINGS: Any = type("BySettings", (), {"__repr__": lambda self: "BY_SETTINGS"})()
"""As a time limit: `call_time_limit` of the settings."""
