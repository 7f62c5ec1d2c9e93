"""Decides who may see what, and throws where it should say so."""

from typing import Any

from roadshow import Manifest, Permission, hookimpl

manifest = Manifest(
    name="guardian", version="0.1.0", api=">=1.0,<2", permissions=frozenset({Permission.PERMISSION_RULES})
)


@hookimpl
def register_permission_rules() -> Any:
    raise RuntimeError("lost the keys")
