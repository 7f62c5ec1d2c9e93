"""A provider of OpenID Connect in a process of its own, on authlib's server side: ``python -m … PORT``.

Its page of signing in has a button for each person. Tests tell it who they are, and what to get wrong.
"""

from __future__ import annotations

import json
import sys
import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import uvicorn
from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "roadshow", "of these tests alone"
CALLBACK = "http://roadshow.example/sign-in/with/test/callback"


class Client(ClientMixin):  # type: ignore[misc]
    """The one client that is registered."""

    client_id = CLIENT_ID

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return CALLBACK

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == CALLBACK

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(SimpleNamespace):
    """A code of the authorization endpoint."""

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)

    def get_scope(self) -> str:
        return str(self.scope)

    def get_nonce(self) -> str | None:
        return STATE.faults.get("nonce", self.nonce)  # type: ignore[no-any-return]

    def get_auth_time(self) -> int:
        return int(self.auth_time)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


STATE = SimpleNamespace(users={}, faults={}, codes={}, tokens={}, issuer="", challenges=[])
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"}, auto_kid=False)
FORGED = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"}, auto_kid=False)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        STATE.challenges.append(data.get("code_challenge_method"))
        STATE.codes[code] = Code(
            code=code,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            nonce=data.get("nonce"),
            user=request.user,
            auth_time=time.time(),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return STATE.codes.get(code)  # type: ignore[no-any-return]

    def delete_authorization_code(self, authorization_code: Code) -> None:
        STATE.codes.pop(authorization_code.code)

    def authenticate_user(self, authorization_code: Code) -> str:
        return str(authorization_code.user)


class IdToken(OpenIDCode):  # type: ignore[misc]
    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(each.nonce == nonce for each in STATE.codes.values())

    def resolve_client_private_key(self, client: Client) -> Any:
        return FORGED if STATE.faults.get("key") else KEY

    def get_client_algorithm(self, client: Client) -> str:
        return "RS256"

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": "RS256", "kid": "first"}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": STATE.issuer, "aud": [CLIENT_ID]}

    def get_compatible_claims(self, request: Any) -> dict[str, Any]:
        moment = int(time.time()) - (7_200 if STATE.faults.get("old") else 0)
        return {"iss": STATE.issuer, "aud": [CLIENT_ID], "iat": moment, "exp": moment + 3_600}

    def generate_user_info(self, user: str, scope: str) -> UserInfo:
        told = {} if STATE.users[user].get("by_userinfo") else claims_of(user)
        return UserInfo({"sub": user, **told, **STATE.faults.get("claims", {})})


def claims_of(user: str) -> dict[str, Any]:
    return {name: value for name, value in STATE.users[user].items() if name != "by_userinfo"}


class Server(AuthorizationServer):  # type: ignore[misc]
    def query_client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT_ID else None

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        STATE.tokens[token["access_token"]] = request.user

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        content = json.dumps(body) if isinstance(body, dict) else body
        return Response(content, status, dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        pass


SERVER = Server()
SERVER.register_token_generator("default", BearerTokenGenerator(lambda **_: f"token-{time.monotonic_ns()}"))
SERVER.register_grant(CodeGrant, [IdToken(require_nonce=True), CodeChallenge(required=True)])


class Asked(OAuth2Request):  # type: ignore[misc]
    """A request as authlib's server reads it."""

    def __init__(self, method: str, uri: str, headers: Any, values: dict[str, str], form: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(values)
        self._form, self._values = form, values

    @property
    def form(self) -> dict[str, str]:
        return self._form

    @property
    def args(self) -> dict[str, str]:
        return self._values


async def asked(request: Request) -> Asked:
    form = {name: str(value) for name, value in (await request.form()).items()} if request.method == "POST" else {}
    headers = {name.title(): value for name, value in request.headers.items()}
    return Asked(request.method, str(request.url), headers, {**request.query_params, **form}, form)


async def configuration(request: Request) -> Response:
    place = STATE.issuer
    return JSONResponse(
        {
            "issuer": STATE.faults.get("issuer", place),
            "authorization_endpoint": f"{place}/authorize",
            "token_endpoint": f"{place}/token",
            "userinfo_endpoint": f"{place}/userinfo",
            "jwks_uri": f"{place}/keys",
            "end_session_endpoint": f"{place}/sign-out",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


async def keys(request: Request) -> Response:
    return JSONResponse(KeySet([KEY]).as_dict(private=False))


async def authorize(request: Request) -> Response:
    """Show who may sign in; by POST, sign one of them in."""
    wanted = await asked(request)
    try:
        grant = SERVER.get_consent_grant(wanted)
    except OAuth2Error as problem:
        return JSONResponse(dict(problem.get_body()), 400)
    user = wanted.form.get("user")
    if user is None:
        buttons = "".join(f'<button name="user" value="{each}">{each}</button>' for each in STATE.users)
        return HTMLResponse(f'<form method="post">{buttons}<button name="user" value="">Cancel</button></form>')
    answer: Response = SERVER.create_authorization_response(wanted, grant_user=user or None, grant=grant)
    return answer


async def token(request: Request) -> Response:
    answer: Response = SERVER.create_token_response(await asked(request))
    return answer


async def userinfo(request: Request) -> Response:
    user = STATE.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    return JSONResponse({"sub": user, **claims_of(user), **STATE.faults.get("userinfo", {})} if user else {}, 200)


async def sign_out(request: Request) -> Response:
    return RedirectResponse(f"{request.query_params['post_logout_redirect_uri']}?{urlencode({'out': '1'})}")


async def logout_token(request: Request) -> Response:
    """Write the logout token of somebody, as the fields of the form say."""
    given = await request.json()
    moment = int(time.time())
    claims = {
        "iss": STATE.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 120, "jti": str(moment),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **given,
    }  # fmt: skip
    header = {"alg": "RS256", "kid": "first", "typ": "logout+jwt"}
    signed = jwt.encode(
        header, {k: v for k, v in claims.items() if v is not None}, FORGED if STATE.faults.get("key") else KEY
    )
    return JSONResponse(signed)


async def told(request: Request) -> Response:
    """Take who is known and what to get wrong; say how codes were challenged."""
    given = await request.json()
    STATE.users, STATE.faults = given.get("users", {}), given.get("faults", {})
    return JSONResponse({"challenges": STATE.challenges})


APPLICATION = Starlette(
    routes=[
        Route("/.well-known/openid-configuration", configuration),
        Route("/keys", keys),
        Route("/authorize", authorize, methods=["GET", "POST"]),
        Route("/token", token, methods=["POST"]),
        Route("/userinfo", userinfo),
        Route("/sign-out", sign_out),
        Route("/logout-token", logout_token, methods=["POST"]),
        Route("/told", told, methods=["PUT"]),
    ]
)


if __name__ == "__main__":
    STATE.issuer = f"http://127.0.0.1:{sys.argv[1]}"
    uvicorn.run(APPLICATION, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
