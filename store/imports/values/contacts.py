"""E-mail and web addresses."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import idna

from store.imports.values.texts import text_of

_WRAPPED = re.compile(r"<([^<>]*)>")
_NO_ADDRESS = frozenset({"无", "没有", "否", "no", "none", "nil", "no website", "no email"})
_LONGEST_WEBSITE = 500
_WEBSITE = "is not a web address; write one such as https://example.org, of at most 500 characters"


def parse_email(value: object) -> str | None:
    """Parse an e-mail address, also as `<a@example.org>`, `mailto:a@example.org` or `Ann Lee <a@example.org>`.

    None if the cell says that there is none. Raises ValueError with the remedy.
    """
    from email_validator import EmailNotValidError, validate_email

    text = text_of(value)
    if text.casefold() in _NO_ADDRESS:
        return None
    if wrapped := _WRAPPED.search(text):
        text = wrapped[1] if text.count("<") == 1 and "@" not in text[: wrapped.start()] else text
    text = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE).partition("?")[0]
    try:
        return str(validate_email(text.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise ValueError(f"is not an e-mail address ({error}); write one such as name@example.org") from None


def parse_website(value: object) -> str | None:
    """Parse a web address; `https://` is added if no scheme is written.

    None if the cell says that there is none. Raises ValueError with the remedy.
    """
    text = text_of(value)
    if text.casefold() in _NO_ADDRESS:
        return None
    if len(text) > 1 and text[0] == "<" and text[-1] == ">":
        text = text[1:-1].strip()
    if not re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE):
        text = f"https://{text}"
    if not re.fullmatch(r"https?://[^\s<>\"\\]+", text, re.IGNORECASE) or len(text) > _LONGEST_WEBSITE:
        raise ValueError(_WEBSITE)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_WEBSITE) from None
    if parts.username is not None or port == 0 or not is_host(parts.hostname or "") or "://" in text[8:]:
        raise ValueError(_WEBSITE)
    return text


@lru_cache(maxsize=5_000)
def is_host(name: str) -> bool:
    """Return whether `name` can be a web host: at least two labels, the last one not a number."""
    try:
        labels = idna.encode(name.removesuffix("."), uts46=True).decode().split(".")
    except (idna.IDNAError, UnicodeError):
        return False
    return len(labels) > 1 and len(labels[-1]) > 1 and not labels[-1].isdigit()
