"""Links, feeds and webhooks: what was changed, has expired, or was made for something else opens nothing."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from plugins.digest.delivery.signing import LinkError, Secrets
from plugins.digest.settings import Settings
from plugins.digest.tables import now
from store.notifications.webhook import signed_headers
from tests.plugins.digest.samples import SECRET

FEW = examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SECRETS = Secrets(Settings(secret=SECRET))  # type: ignore[arg-type]
CONTENT = {"s": "dgs_1", "n": 1, "p": "prj_1", "k": "LIKE"}
LINK = SECRETS.link("answer", CONTENT)


@FEW
@given(st.integers(0, len(LINK) - 1), st.sampled_from("abcxyzABC0123456789_-."))
def test_a_link_that_was_changed_anywhere_opens_nothing(place: int, sign: str) -> None:
    changed = LINK[:place] + sign + LINK[place + 1 :]
    if changed == LINK:
        assert SECRETS.opened("answer", changed, 1) == CONTENT
        return
    try:
        found = SECRETS.opened("answer", changed, 1)
    except LinkError:
        return
    assert found == CONTENT, "at most the same content, written with other unused bits"


@FEW
@given(st.text(max_size=60))
def test_what_is_no_link_opens_nothing(text: str) -> None:
    with pytest.raises(LinkError):
        SECRETS.opened("answer", text)


def test_a_link_is_for_one_purpose_one_installation_and_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECRETS.opened("answer", LINK, 30) == CONTENT
    with pytest.raises(LinkError):
        SECRETS.opened("unsubscribe", LINK)
    other = Secrets(Settings(secret=SECRET[::-1]))  # type: ignore[arg-type]
    with pytest.raises(LinkError):
        other.opened("answer", LINK)
    later = time.time() + 31 * 86_400
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    with pytest.raises(LinkError) as problem:
        SECRETS.opened("answer", LINK, 30)
    assert problem.value.expired
    assert SECRETS.opened("answer", LINK) == CONTENT, "for links that never expire"


def test_a_feeds_address_is_void_after_a_new_number() -> None:
    token = SECRETS.feed_token("dgs_1", 1)
    assert SECRETS.feed_of(token) == "dgs_1"
    assert SECRETS.is_feed_token(token, "dgs_1", 1)
    assert not SECRETS.is_feed_token(token, "dgs_1", 2)
    assert not SECRETS.is_feed_token(token, "dgs_2", 1)
    assert not SECRETS.is_feed_token("dgs_1.ü", "dgs_1", 1)


@FEW
@given(st.text(min_size=1), st.integers(1, 5))
def test_a_webhooks_signature_holds_for_its_content_and_secret_alone(content: str, number: int) -> None:
    content = content.encode("utf-8", "replace").decode()
    secret = SECRETS.webhook_secret("dgs_1", number)
    headers = signed_headers(secret, "dgd_1", now(), content)
    Webhook(secret).verify(content, headers, json_parse=False)
    for wrong_secret, wrong in (
        (SECRETS.webhook_secret("dgs_1", number + 1), content), (secret, content + "x"),
    ):  # fmt: skip
        with pytest.raises(WebhookVerificationError):
            Webhook(wrong_secret).verify(wrong, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(content, {**headers, "webhook-id": "dgd_2"}, json_parse=False)


def test_without_a_setting_a_secret_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "digest.key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Secrets(Settings(key_file=path)).master, range(8)))
    assert len(found) == 1
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["digest.key"]
    path.write_text("short")
    with pytest.raises(ValueError, match="no secret of at least 32 characters"):
        _ = Secrets(Settings(key_file=path)).master


def test_a_secret_that_is_too_short_is_refused_and_none_is_shown() -> None:
    with pytest.raises(ValidationError):
        Settings(secret="short")  # type: ignore[arg-type]
    assert SECRET not in repr(Settings(secret=SECRET, smtp_password=SECRET))  # type: ignore[arg-type]
