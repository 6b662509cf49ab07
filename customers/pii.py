"""Personal data: encrypted at rest, found by blind index, shown masked."""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from customers.identity import born_in, parse_phone
from customers.naming import name_key
from gridbank.days import age_on

TAG_BYTES = 16
NONCE_BYTES = 12
# Beside the county, an age and the gender, two characters leave some 3,300 numbers; three would leave 330.
SHOWN_OF_ID = 2
# Of a child the day its archive was opened narrows the day of birth: nothing of the number is shown.
SHOWN_FROM_AGE = 14


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


Mask = Callable[[str], str]


@dataclass(frozen=True)
class Searchable:
    """How a sealed value is found again: read into its one form, and indexed in columns beside it.

    `indexes` names those columns by what follows the field's own name: `digest` is `phone_digest`.
    """

    read: Callable[[str], str]
    indexes: Callable[[str], Mapping[str, str]]


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted on its way into the database and decrypted on its way out.

    The field says of itself what may be done with it, and everybody asks it: `mask` is how pages, the API and
    the trail write it; a `revealable` one is shown in clear for a reason; a `searchable` one is found by the
    columns beside it; its text has at most `longest` characters before it is encrypted. None of this is the database's business, so migrations don't hold it.
    """

    def __init__(
        self,
        *args: Any,
        mask: Mask | None = None,
        revealable: bool = False,
        searchable: Searchable | None = None,
        longest: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Keep what the field says of itself."""
        super().__init__(*args, **kwargs)
        self.mask, self.revealable, self.searchable, self.longest = mask, revealable, searchable, longest

    @cached_property
    def validators(self) -> list[Any]:
        """Return what the text is held to; the column is longer, it holds what was encrypted."""
        found = list(super().validators)
        return found if self.longest is None else [*found, MaxLengthValidator(self.longest)]

    def formfield(self, **kwargs: Any) -> Any:
        """Return the input of a form, as long as the text may be."""
        return super().formfield(**{"max_length": self.longest, **kwargs})

    @property
    def label(self) -> str:
        """Return what a page calls it."""
        return str(self.verbose_name)

    def masked(self, row: models.Model) -> str:
        """Return a row's value as pages show it; nothing of it when there is no mask."""
        value = getattr(row, self.attname) or ""
        return self.mask(value) if self.mask else "***" if value else ""

    def index(self, row: models.Model) -> None:
        """Bring a row's value into its one form, and the columns by which it is found after it. Raises IdentityError."""
        if self.searchable is None:
            return
        value = getattr(row, self.attname)
        value = self.searchable.read(value) if value else ""
        setattr(row, self.attname, value)
        for suffix, digest in self.searchable.indexes(value).items():
            setattr(row, f"{self.attname}_{suffix}", digest)

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
    """Show the last two characters of an adult's or a youth's number: ****************38; of a child's none.

    Whether they are shown follows from the age alone, which stands beside them: it tells nothing of the day.
    """
    age = age_on(born_in(number), timezone.localdate())
    if age is None or age < SHOWN_FROM_AGE:
        return "*" * len(number)
    return f"{'*' * (len(number) - SHOWN_OF_ID)}{number[-SHOWN_OF_ID:]}"


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


def _phone_indexes(phone: str) -> Mapping[str, str]:
    whole, tail = phone_digests(phone) if phone else ("", "")
    return {"digest": whole, "tail_digest": tail}


PHONE = Searchable(read=parse_phone, indexes=_phone_indexes)


class NameField(models.CharField):  # type: ignore[type-arg]
    """A person's name: pages show it, the trail masks it. To the database it is plain text."""

    mask: Mask = staticmethod(mask_name)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Be plain text in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class NameKeyField(models.CharField):  # type: ignore[type-arg]
    """The key of a name in another column, worked out whenever the row is stored: it can't fall behind."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        """Keep whose key it is."""
        super().__init__(*args, **kwargs)
        self.of = of

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  Django's signature
        """Work the key out."""
        key = name_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Be plain text in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
