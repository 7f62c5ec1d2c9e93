"""How messages go out: mail server, webhooks, retries. The server's settings, or those of a plugin, give them."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

import idna
from pydantic import BaseModel, Field, PositiveFloat, PositiveInt, SecretStr, field_validator


class DeliverySettings(BaseModel):
    """The settings of one owner of messages in the outbox."""

    base_url: str | None = Field(
        None,
        description="Public address of the server, such as `https://roadshow.example.org`, for links. Without it "
        "nothing is sent.",
    )
    sender: str | None = Field(None, description="Sender of e-mail: `Roadshow <digest@example.org>`.")
    smtp_host: str | None = Field(None, description="The mail server. Without it no e-mail is sent.")
    smtp_port: PositiveInt = Field(587, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="Encryption of the connection; `none` is for a mail server on this machine."
    )
    smtp_user: str | None = Field(None, description="The account there, if required.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")
    smtp_timeout: PositiveFloat = Field(30.0, description="Seconds to wait for each of the mail server's answers.")
    webhook_timeout: PositiveFloat = Field(15.0, description="Seconds that a webhook's receiver may take in total.")
    private_addresses: bool = Field(
        False, description="Whether webhooks may go to this machine and to private networks."
    )
    plain_http: bool = Field(False, description="Whether webhooks may go to `http:` addresses, unencrypted.")
    attempts: PositiveInt = Field(8, description="Attempts per delivery before it is abandoned.")
    first_retry: PositiveFloat = Field(
        60.0, description="Seconds to the second attempt; each further wait is about three times as long."
    )
    longest_retry: PositiveFloat = Field(21_600.0, description="Maximum seconds between attempts.")
    lease: PositiveFloat = Field(
        120.0, description="Seconds after which another process takes over an unfinished delivery."
    )
    when_uncertain: Literal["resend", "hold"] = Field(
        "resend",
        description="What to do with a delivery that may have arrived: `resend` it under the same id, or `hold` it "
        "until somebody decides (`roadshow digest resend`).",
    )
    parallel: PositiveInt = Field(8, description="Webhooks posted in parallel, one per receiver.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError(f"'{value}' is not a server's address; give one such as https://roadshow.example.org")
        return ascii_address(value.rstrip("/"))

    @field_validator("sender")
    @classmethod
    def _mailbox(cls, value: str | None) -> str | None:
        if value is None:
            return None
        name, address = parseaddr(value)
        local, _, domain = address.rpartition("@")
        if not local or not local.isascii() or not domain:
            raise ValueError(f"'{value}' is not a sender; give one such as 'Roadshow <digest@example.org>'")
        return value if domain.isascii() else str(Address(name, local, ascii_host(domain)))

    @field_validator("smtp_host")
    @classmethod
    def _host(cls, value: str | None) -> str | None:
        return value if value is None or value.isascii() else ascii_host(value)

    @property
    def sends_mail(self) -> bool:
        """Whether e-mail can be sent."""
        return bool(self.base_url and self.sender and self.smtp_host)

    @property
    def address(self) -> str:
        """`base_url`, or a visible stand-in for previews."""
        return self.base_url or "http://localhost:8000"


def ascii_host(name: str) -> str:
    """Return a host's name in Punycode; raises ValueError if that is impossible."""
    try:
        return name if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"'{name}' is not a host name: {error}") from None


def ascii_address(address: str) -> str:
    """Return `address` in a form for mail: the host in Punycode, other characters of the path escaped.

    Raises ValueError for an address without a host, or with a name, a query or a fragment.
    """
    try:
        parts = urlsplit(address)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise ValueError(f"'{address}' has no usable host: {error}") from None
    if not host or parts.query or parts.fragment or parts.username is not None or any(map(str.isspace, address)):
        raise ValueError(f"'{address}' is not a server's address; give one such as https://roadshow.example.org")
    host = f"[{host}]" if ":" in host else host
    place = f"{host}:{port}" if port is not None else host
    return urlunsplit((parts.scheme, place, quote(parts.path, safe="/%:@!$&'()*+,;=~-._"), "", ""))
