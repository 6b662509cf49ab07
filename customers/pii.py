"""Personal data: encrypted at rest, found by blind index, shown masked."""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

TAG_BYTES = 16
NONCE_BYTES = 12
SHOWN_OF_ID = 10


@lru_cache(maxsize=16)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


def encrypt(text: str, aad: str) -> str:
    """Encrypt with the first key: `algorithm.key-id.base64(nonce + ciphertext + tag)`.

    `aad` is table.column: a value copied into another column doesn't decrypt. SM4-GCM instead of
    AES-256-GCM by the setting FIELD_CIPHER (GB/T 32907; its key is the first 16 bytes).
    """
    key_id, key = next(iter(settings.KEYS.field_keys.items()))
    nonce, algorithm = os.urandom(NONCE_BYTES), settings.FIELD_CIPHER
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(aad.encode())
        sealed = box.update(text.encode()) + box.finalize() + box.tag
    else:
        sealed = _aes(key).encrypt(nonce, text.encode(), aad.encode())
    return f"{algorithm}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, aad: str) -> str:
    """Undo encrypt(). Raises cryptography's InvalidTag on a changed value, KeyError on a lost key."""
    algorithm, key_id, encoded = stored.split(".", 2)
    key, raw = settings.KEYS.field_keys[key_id], base64.b64decode(encoded)
    nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        box.authenticate_additional_data(aad.encode())
        return (box.update(sealed[:-TAG_BYTES]) + box.finalize()).decode()
    return _aes(key).decrypt(nonce, sealed, aad.encode()).decode()


def blind_index(text: str, purpose: str) -> str:
    """Return the HMAC-SHA256 by which a value is found without being stored; `purpose` separates columns."""
    return hmac.new(settings.KEYS.index_key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted on its way into the database and decrypted on its way out."""

    def _aad(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt; the empty string stays empty."""
        return encrypt(value, self._aad()) if value else ""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Decrypt."""
        return decrypt(value, self._aad()) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse serializers: a dump would hold the text in clear. Back up the database itself."""
        message = f"{self.name} is encrypted and is not written out."
        raise TypeError(message)


def mask_id_number(number: str) -> str:
    """Show the county and the last four: 522727********1238."""
    if not number:
        return ""
    if len(number) <= SHOWN_OF_ID:
        return "*" * len(number)
    return f"{number[:6]}{'*' * max(len(number) - SHOWN_OF_ID, 4)}{number[-4:]}"


def mask_phone(phone: str) -> str:
    """Show the network and the tail: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "*" * len(phone)  # noqa: PLR2004


def mask_name(name: str) -> str:
    """Show the first and the last character: 王*明."""
    return f"{name[:1]}{'*' * max(len(name) - 2, 1)}{name[-1] if len(name) > 2 else ''}" if name else ""  # noqa: PLR2004


def id_digest(canonical: str, bank_id: int) -> str:
    """Return the index of an identity number in its canonical form (see identity.Identity), of one bank.

    Each bank of a database has an index of its own: a person may be a customer of two, and neither hears of it.
    """
    return blind_index(canonical, f"id:{bank_id}")


def phone_digests(phone: str) -> tuple[str, str]:
    """Return the indexes of a whole phone number and of its last four digits."""
    return blind_index(phone, "phone"), blind_index(phone[-4:], "phone-tail")
