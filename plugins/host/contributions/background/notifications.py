"""What people are told, and by what ways: kinds of notifications, and channels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.host.contributions.declarations import Declaration, must_be_described, must_be_plain, must_be_slug
from plugins.host.errors import UserError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from plugins.host.context import Context

LANGUAGES = ("en", "zh")
CORE_CHANNELS = ("EMAIL", "FEED", "WEBHOOK")
"""E-mail; the recipient's list at `/notifications` and its feed; signed JSON."""


@dataclass(frozen=True, kw_only=True)
class NotificationTemplate:
    """The texts of a kind of notification in one language, as Jinja templates.

    They get the kind's values, `recipient` (the person's name) and `base_url`. In `html` values are escaped.
    """

    subject: str
    text: str
    """Plain text; blank lines separate paragraphs. Nothing is sent where it comes out empty."""
    html: str | None = None
    """What stands between greeting and footer; by default the paragraphs of `text`."""
    many: str | None = None
    """The subject of several in one message, which also gets `count`; by default the kind's title and the number."""
    link: str | None = None
    """An address on this server where the recipient goes on, such as `/jobs`."""

    def parts(self) -> dict[str, str]:
        """Return the templates that are given, by name."""
        return {name: part for name in ("subject", "text", "html", "many", "link") if (part := getattr(self, name))}


@dataclass(frozen=True, kw_only=True)
class NotificationKind(Declaration):
    """A kind of notification: what it says, by which channels it goes at first, and how several are bundled."""

    name: str
    """Unique among all plugins; begin it with the plugin's name."""
    title: Mapping[str, str]
    """What people choose by in their preferences: by language, at least `en` and `zh`."""
    description: str
    templates: Mapping[str, NotificationTemplate]
    """By language, at least `en`; people whose languages have none get that."""
    example: Mapping[str, object]
    """The values of the templates, for a preview."""
    arguments: type[BaseModel] | None = None
    """Checks what `notify` is given; None takes any JSON. Store ids rather than names: what they name is read later."""
    values: Callable[[Context[Any], Any], Mapping[str, object] | None] | None = None
    """`values(context, arguments)` returns what the templates get, asked in the recipient's name just before sending;
    None where there is nothing to tell any more or the recipient may not see it. By default the arguments."""
    channels: Sequence[str] = ("EMAIL", "FEED")
    """The channels that are on until the recipient decides otherwise."""
    window: float = 0.0
    """Seconds for which it waits for more of its kind, which then come as one message."""
    required: bool = False
    """Whether it can't be turned off and has no limit: for the security of accounts alone."""

    def check(self) -> None:
        must_be_slug("a kind of notification", self.name)
        must_be_described("kind of notification", self.name, self.description)
        if len(self.name) > 80:
            raise ValueError(f"kind of notification '{self.name}': the name has more than 80 characters")
        must_be_titled("kind of notification", self.name, self.title)
        if "en" not in self.templates:
            raise ValueError(f"kind of notification '{self.name}' has no template in English ('en')")
        if self.window < 0:
            raise ValueError(f"kind of notification '{self.name}': window is {self.window}; give 0 or more seconds")
        if isinstance(self.channels, str) or (self.required and "EMAIL" not in self.channels):
            raise ValueError(f"kind of notification '{self.name}': channels must be a list, with EMAIL if required")
        if self.values is not None:
            must_be_plain("kind of notification", self.name, self.values)

    def template(self, language: str) -> NotificationTemplate:
        """Return the templates of a language, else the English ones."""
        return self.templates.get(language) or self.templates["en"]

    def checked(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments as JSON to store. Raises UserError that names what is wrong."""
        read = self.read(arguments)
        return dict(read) if isinstance(read, Mapping) else read.model_dump(mode="json")

    def read(self, arguments: Mapping[str, object]) -> Mapping[str, object] | BaseModel:
        """Return the arguments as `values` gets them. Raises UserError that names what is wrong."""
        if self.arguments is None:
            return arguments
        from pydantic import ValidationError

        try:
            return self.arguments.model_validate(arguments)
        except ValidationError as problem:
            told = "; ".join(
                f"{'.'.join(map(str, each['loc'])) or 'arguments'}: {each['msg']}" for each in problem.errors()
            )
            raise UserError(f"Nobody can be notified of '{self.name}' with these arguments: {told}.") from problem


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """A message as a channel of a plugin sends it."""

    id: str
    """The same in every attempt."""
    address: str
    """The recipient's address on the channel; empty where the channel has none."""
    kind: str
    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Channel(Declaration):
    """A way to reach people: `send(message)` hands an `OutgoingMessage` over and returns once it has been taken.

    A `UserError` means that the receiver refuses it for good; after any other failure it is tried again, under the same
    id. If the process ends while `send` runs, the message may come twice.
    """

    name: str
    """In capitals, such as `CHAT`."""
    title: Mapping[str, str]
    """By language, at least `en` and `zh`."""
    description: str
    send: Callable[[OutgoingMessage], None]
    check_address: Callable[[str], str] | None = None
    """Returns an address as it is stored, or raises UserError; None where the channel needs no address."""
    time_limit: float | None = 30.0
    """Seconds for one message; None means no limit."""

    def check(self) -> None:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,39}", self.name) or self.name in CORE_CHANNELS:
            raise ValueError(f"'{self.name}' can't name a channel; use capitals, not {', '.join(CORE_CHANNELS)}")
        must_be_titled("channel", self.name, self.title)
        must_be_described("channel", self.name, self.description)
        must_be_plain("channel", self.name, self.send)


def must_be_titled(kind: str, name: str, title: Mapping[str, str]) -> None:
    missing = [language for language in LANGUAGES if not title.get(language, "").strip()]
    if missing:
        raise ValueError(f"{kind} '{name}' has no title in {' and '.join(missing)}")
