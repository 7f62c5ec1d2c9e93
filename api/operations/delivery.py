"""How messages go out by the server's settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from api.operations.settings import ServerSettings
from store.notifications.settings import DeliverySettings

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


def delivery_settings(settings: ServerSettings) -> DeliverySettings:
    """Return how messages go out by the server's settings."""
    own = settings.notifications
    given: dict[str, object] = {
        "base_url": settings.public_url, "sender": settings.mail_sender, "private_addresses": own.private_addresses,
        "plain_http": own.plain_http, "webhook_timeout": own.webhook_timeout, "when_uncertain": own.when_uncertain,
    }  # fmt: skip
    if settings.mail_server is not None:
        parts = urlsplit(settings.mail_server)
        given |= {
            "smtp_host": parts.hostname, "smtp_port": parts.port or _PORTS[parts.scheme],
            "smtp_security": _SECURITY[parts.scheme], "smtp_user": settings.mail_user,
            "smtp_password": settings.mail_password,
        }  # fmt: skip
    return DeliverySettings.model_validate(given)
