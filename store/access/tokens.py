"""Random tokens for links and cookies, and the hashes that the database stores in their place.

A token is a random number of 256 bits. Nobody can guess one that long, so a plain SHA-256 suffices (OWASP, Password
Storage: slow hashes are for passwords that people choose).
"""

import hashlib
import secrets


def new_token() -> str:
    """Return a random token of 43 characters, safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token, or of anything that a client sends as one, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
