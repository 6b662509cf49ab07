"""The secret of an API token, and what is stored of it."""

import secrets

from gridbank.sealing import seal

PREFIX = "gb_"


def new_token() -> str:
    """Return a new secret of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is stored of a token: sealed by a key that isn't in the database, so that no row makes a token.

    256 random bits need no slow hash.
    """
    return seal(f"people.token:{token}")
