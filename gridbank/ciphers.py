"""Sealing bytes at rest: AES-256-GCM, or SM4-GCM by a setting, by keys that never lie in the database.

Fields of rows are sealed by `customers.pii`, which ties each to its row; here are the ciphers it uses, and the sealing
of whole pieces, such as a file that was brought in.
"""

import os
import zlib
from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TAG_BYTES = SM4_BYTES = 16
NONCE_BYTES = 12
_DOT = b"."
# who is told of the id of a field key before it seals
before_sealing: list[Callable[[str], None]] = []


@lru_cache(maxsize=16)
def aes(key: bytes) -> AESGCM:
    """Return the cipher of a key."""
    return AESGCM(key)


@lru_cache(maxsize=16)
def derived(key: bytes, algorithm: str) -> bytes:
    """Return what one algorithm gets of a field key: no two share a byte of it."""
    length = SM4_BYTES if algorithm == "sm4" else len(key)
    return HKDF(SHA256(), length=length, salt=None, info=f"gridbank.field.{algorithm}".encode()).derive(key)


def first_key() -> tuple[str, bytes]:
    """Return the field key that seals, its id first. Whoever keeps account of the keys is told before it does."""
    key_id, key = next(iter(settings.KEYS.field_keys.items()))
    for tell in before_sealing:
        tell(key_id)
    return key_id, key


def sealed_bytes(content: bytes, aad: str) -> bytes:
    """Pack and seal a piece: `algorithm.key-id.` and nonce, ciphertext, tag. `aad` says where it belongs."""
    key_id, field_key = first_key()
    nonce, algorithm = os.urandom(NONCE_BYTES), settings.FIELD_CIPHER
    key, packed = derived(field_key, algorithm), zlib.compress(content, 1)
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(aad.encode())
        body = box.update(packed) + box.finalize() + box.tag
    else:
        body = aes(key).encrypt(nonce, packed, aad.encode())
    return b"%s.%s.%s%s" % (algorithm.encode(), key_id.encode(), nonce, body)


def opened_bytes(stored: bytes | memoryview, aad: str) -> bytes:
    """Undo sealed_bytes(). Raises InvalidTag on a piece that was changed or lies elsewhere, KeyError on a lost key."""
    algorithm, key_id, rest = bytes(stored).split(_DOT, 2)
    key = derived(settings.KEYS.field_keys[key_id.decode()], algorithm.decode())
    nonce, body = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    if algorithm == b"sm4":
        box = Cipher(algorithms.SM4(key), modes.GCM(nonce, body[-TAG_BYTES:])).decryptor()
        box.authenticate_additional_data(aad.encode())
        return zlib.decompress(box.update(body[:-TAG_BYTES]) + box.finalize())
    return zlib.decompress(aes(key).decrypt(nonce, body, aad.encode()))
