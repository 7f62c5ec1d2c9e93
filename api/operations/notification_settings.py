"""The settings of notifications."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt


class NotificationSettings(BaseModel):
    """What people with accounts are told."""

    model_config = ConfigDict(extra="forbid")

    background: bool = Field(
        True, description="Whether `serve` sends what is due; if not, run `roadshow notifications send`."
    )
    every_seconds: PositiveFloat = Field(5.0, description="Seconds between looks for what is due, while serving.")
    daily_limit: PositiveInt = Field(
        20,
        description="Messages that one person gets by one channel within 24 hours; what is beyond waits, and comes "
        "bundled. What concerns the security of the account isn't limited.",
    )
    keep_days: PositiveInt = Field(
        90, description="Days for which it is stored what people were told, and how it reached them."
    )
    private_addresses: bool = Field(
        False, description="Whether people's webhooks may go to this machine and to private networks."
    )
    plain_http: bool = Field(False, description="Whether people's webhooks may go to `http:` addresses, unencrypted.")
    webhook_timeout: PositiveFloat = Field(15.0, description="Seconds that a webhook's receiver may take in total.")
    when_uncertain: Literal["resend", "hold"] = Field(
        "resend",
        description="What to do with a message that may have arrived: `resend` it under the same id (at least once), "
        "or `hold` it (at most once).",
    )
