"""One provider of OpenID Connect: its addresses and keys, where it sends browsers, and who comes back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp
from authlib.integrations.base_client.sync_app import OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.claims import JWTClaims
from joserfc.errors import JoseError

from api.operations.settings import IdentityProvider
from plugins.host.contributions.contributions import ProvidedIdentity, SignInProvider, SignInRequest
from plugins.host.errors import UserError
from store.accounts.identities import SignedOut

log = logging.getLogger("roadshow.sign-in")

SECONDS = 10.0
METADATA_SECONDS = 3_600.0
"""How long a provider's addresses and keys are kept; keys are read anew if one is unknown."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures accepted under ID tokens: none that needs no key, or a secret shared with others."""
LEEWAY_SECONDS = 60
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_FAILURES = (httpx2.HTTPError, AuthlibBaseError, JoseError, ValueError, RuntimeError, KeyError, TypeError)
"""What libraries raise for answers that are missing, broken or forged."""


class ProviderError(Exception):
    """A provider can't be used, or what it says can't be believed; the message is for the log."""


class _LogoutToken(JWTClaims):  # type: ignore[misc]
    """The claims of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4)."""

    def validate(self, now: int | None = None, leeway: int = 0) -> None:
        super().validate(now, leeway)
        if LOGOUT not in (self.get("events") or {}):
            raise ValueError("its events don't hold a logout")
        if "nonce" in self:
            raise ValueError("it has a nonce, as ID tokens have")


def _told(claims: Mapping[str, object], name: str) -> str | None:
    told = claims.get(name)
    return told if isinstance(told, str) and told else None


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    client_cls = OAuth2Client


class ProviderClient:
    """Talks to a provider. Thread-safe; blocks for up to `SECONDS` for each of its requests."""

    def __init__(self, settings: IdentityProvider) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._loaded: tuple[float, _Client] | None = None

    def declared(self, name: str) -> SignInProvider:
        """Return it as plugins declare theirs."""
        title = {"en": self.settings.title, "zh": self.settings.title}
        return SignInProvider(
            name=name, title=title, issuer=self.settings.issuer, begin=self.begin, complete=self.complete,
            email_domains=self.settings.email_domains,
        )  # fmt: skip

    def begin(self, request: SignInRequest) -> str:
        """Return where to send a browser. Raises ProviderError."""
        try:
            made = self._client().create_authorization_url(
                request.redirect_address,
                state=request.state,
                nonce=request.nonce,
                code_verifier=request.code_verifier,
                ui_locales=request.language,
            )
        except _FAILURES as problem:
            raise ProviderError(f"no sign-in there: {problem}") from problem
        return str(made["url"])

    def complete(self, given: Mapping[str, str], request: SignInRequest) -> ProvidedIdentity:
        """Return who comes back with a code. Raises ProviderError unless everything about it is right, or UserError."""
        if given.get("iss", self.settings.issuer) != self.settings.issuer:
            raise UserError("The answer is another provider's.")
        if "code" not in given:
            raise UserError(given.get("error", "")[:80])
        client = self._client()
        try:
            token = client.fetch_access_token(
                request.redirect_address, code=given["code"], code_verifier=request.code_verifier
            )
            claims = client.parse_id_token(
                token,
                request.nonce,
                claims_options={
                    "iss": {"essential": True, "values": [self.settings.issuer]},
                    "aud": {"essential": True, "values": [self.settings.client_id]},
                    "sub": {"essential": True},
                },
                leeway=LEEWAY_SECONDS,
            )
            if claims is None:
                raise ProviderError("it sent no ID token")
            told = dict(claims)
            if "email" not in told and client.server_metadata.get("userinfo_endpoint"):
                further = client.userinfo(token=token)
                if further.get("sub") == told["sub"]:
                    told = {**further, **told}
        except _FAILURES as problem:
            raise ProviderError(f"{type(problem).__name__}: {problem}") from problem
        email = told.get("email")
        return ProvidedIdentity(
            subject=told["sub"],
            email=email if isinstance(email, str) else None,
            verified=told.get("email_verified") is True,
            session=_told(claims, "sid"),
        )

    def signed_out_there(self, logout_token: str) -> SignedOut:
        """Return who has signed out at the provider. Raises ProviderError unless it says that somebody did."""
        essential = {"essential": True}
        try:
            claims = self._client().parse_id_token(
                {"id_token": logout_token},
                nonce=None,
                claims_options={
                    "iss": {"essential": True, "values": [self.settings.issuer]},
                    "aud": {"essential": True, "values": [self.settings.client_id]},
                    **dict.fromkeys(("iat", "exp", "jti", "events"), essential),
                },
                claims_cls=_LogoutToken,
                leeway=LEEWAY_SECONDS,
            )
            said_at = datetime.fromtimestamp(claims["iat"], UTC)
            return SignedOut(_told(claims, "sub"), _told(claims, "sid"), said_at)
        except (*_FAILURES, OverflowError, OSError) as problem:
            raise ProviderError(f"no logout token of its own: {type(problem).__name__}: {problem}") from problem

    def sign_out_address(self, back: str) -> str | None:
        """Return where a browser ends its session at the provider, if that has such an address."""
        try:
            client = self._client()
            if not client.server_metadata.get("end_session_endpoint"):
                return None
            made = client.create_logout_url(back, client_id=self.settings.client_id)
        except (ProviderError, *_FAILURES) as problem:
            log.warning("%s: %s", self.settings.issuer, problem)
            return None
        return str(made["url"])

    def _client(self) -> _Client:
        """Return a client that knows the provider's addresses. Raises ProviderError."""
        with self._lock:
            if self._loaded is not None and self._loaded[0] > time.monotonic():
                return self._loaded[1]
            client = self._load()
            self._loaded = time.monotonic() + METADATA_SECONDS, client
            return client

    def _load(self) -> _Client:
        settings = self.settings
        secret = settings.client_secret.get_secret_value() if settings.client_secret else None
        client = _Client(
            None,
            client_id=settings.client_id,
            client_secret=secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": SECONDS},
        )
        try:
            metadata = client.load_server_metadata()
            client.fetch_jwk_set()
        except _FAILURES as problem:
            raise ProviderError(f"its configuration can't be read: {problem}") from problem
        if metadata.get("issuer") != settings.issuer:
            raise ProviderError(f"it calls itself {metadata.get('issuer')!r}; set that as its issuer if it is right")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in ALGORITHMS]
        if secret is not None and "client_secret_basic" not in (
            metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        ):
            client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
        return client
