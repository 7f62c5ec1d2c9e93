"""Text enums whose members say what they mean."""

from enum import StrEnum
from typing import Self, cast


class Described(StrEnum):
    """A text enum whose members carry a description: `NAME = "NAME", "what it means"`."""

    description: str

    def __new__(cls, value: str, description: str) -> "Described":
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    def __str__(self) -> str:
        return str(self.value)


class Open(Described):
    """A described enum to which plugins add members: `named` gives them, and iteration leaves them out."""

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the member of this name, which is the same object each time; whether anybody declares it is open."""
        known = cls._value2member_map_.get(name)
        if known is None:
            member = str.__new__(cls, name)
            member._name_ = member._value_ = name
            member.description = ""
            known = cls._value2member_map_.setdefault(name, member)
        return cast(Self, known)
