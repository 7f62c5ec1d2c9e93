"""A text enum whose members say what they mean."""

from enum import StrEnum


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
