"""Seals: an HMAC with a key that never lies in the database. Who can write every row can't make one.

The key is GRIDBANK_SEAL_KEY (base64 of 32 bytes), or stands in the file that GRIDBANK_SEAL_KEY_FILE names; without
either it is derived from the index key, which is outside the database as well.
"""

import hashlib
import hmac
from pathlib import Path

from django.conf import settings

from gridbank.keys import decode_key


def load_seal_key(index_key: bytes, text: str = "", file: Path | None = None) -> bytes:
    """Read the key; `file` holds it where the text doesn't. Raises ValueError when it is malformed, OSError when its file can't be read."""
    if not text and file is not None:
        text = file.read_text().strip()
    if not text:
        return hmac.new(index_key, b"gridbank.seal", hashlib.sha256).digest()
    return decode_key(text, "GRIDBANK_SEAL_KEY")


def seal(text: str) -> str:
    """Return the seal of a text."""
    return hmac.new(settings.SEAL_KEY, text.encode(), hashlib.sha256).hexdigest()


def is_sealed(text: str, given: str) -> bool:
    """Whether a seal is the text's."""
    return hmac.compare_digest(seal(text).encode(), given.encode())
