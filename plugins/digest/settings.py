"""The operator's settings: mail, signing, schedule, retries."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, field_validator

from roadshow.outbox import DeliverySettings


class Settings(DeliverySettings):
    """The section `plugins.digest`; docs/operations-reference.md lists it, and a test holds it complete."""

    background: bool = Field(True, description="Whether `serve` sends what is due; if not, run `roadshow digest run`.")
    every: PositiveFloat = Field(30.0, description="Seconds between checks for due digests, while serving.")
    secret: SecretStr | None = Field(
        None,
        description="Secret for signing links, feeds and webhooks, at least 32 characters; the same on all "
        "machines. If not set, `key_file` holds it.",
    )
    key_file: Path = Field(
        Path("var/digest.key"),
        description="File for the secret created on first use, readable by this user alone.",
    )
    failures_before_pause: PositiveInt = Field(
        3, description="Abandoned deliveries in a row after which a subscription is paused."
    )
    link_days: PositiveInt = Field(30, description="Days for which an e-mail's personal links work.")
    keep_days: PositiveInt = Field(90, description="Days for which texts of sent messages are stored.")
    most_projects: PositiveInt = Field(50, description="Maximum number of projects in one digest.")
    most_subscriptions: PositiveInt = Field(10, description="Maximum number of subscriptions of one investor.")
    confirmations_received: PositiveInt = Field(
        3, description="Maximum confirmation mails to one mailbox within a day."
    )
    confirmations_sent: PositiveInt = Field(10, description="Maximum confirmation mails for one investor within a day.")

    @field_validator("secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("it has fewer than 32 characters")
        return value
