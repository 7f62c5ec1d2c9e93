"""Who may write the rows of an entity beside staff, who may write all."""

from __future__ import annotations

from dataclasses import dataclass

from schema.declarations.base import RowRule
from store.enums import Role


@dataclass(frozen=True, slots=True)
class Writers:
    """A role's own rows of an entity, which it may write, and whether it may create rows."""

    role: Role
    own: RowRule
    create: bool = True
