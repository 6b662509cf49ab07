"""Seals: an HMAC with a key that never lies in the database. Who can write every row can't make one.

The key is GRIDBANK_SEAL_KEY (base64 of 32 bytes), or stands in the file that GRIDBANK_SEAL_KEY_FILE names; without
either it is derived from the index key, which is outside the database as well.
"""

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from gridbank.keys import decode_key, key_in

# Each returns what was sealed long ago and lately, with its seals: by it a database that doesn't know its seal key yet
# recognises it.
Witness = Callable[[Any], list[tuple[str, str]]]
witnesses: list[Witness] = []


def load_seal_key(index_key: bytes, text: str = "", file: Path | None = None) -> bytes:
    """Read the key; `file` holds it where the text doesn't. Raises ValueError when it can't be used."""
    if text:
        return decode_key(text)
    if file is not None:
        return decode_key(key_in(file))
    return hmac.new(index_key, b"gridbank.seal", hashlib.sha256).digest()


def seal(text: str) -> str:
    """Return the seal of a text."""
    return hmac.new(settings.SEAL_KEY, text.encode(), hashlib.sha256).hexdigest()


def is_sealed(text: str, given: str) -> bool:
    """Whether a seal is the text's."""
    return hmac.compare_digest(seal(text).encode(), given.encode())
