"""Personal data: encrypted at rest, found by blind index, shown masked."""

import base64
import hmac
import logging
import os
import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from customers.identity import born_in, parse_phone
from customers.naming import name_key
from gridbank.ciphers import NONCE_BYTES, SM4_BYTES, TAG_BYTES, aes, derived, first_key
from gridbank.days import years_on

SALT_BYTES = 12
TIED, UNTIED = "t", "u"
# a column as Django names it in a SELECT
COLUMN = re.compile(r'("?\w+"?)\."?\w+"?')
logger = logging.getLogger("gridbank.sealed")
# Beside the county, an age and the gender, two characters leave some 3,300 numbers; three would leave 330.
SHOWN_OF_ID = 2
# Of a child the day its archive was opened narrows the day of birth: nothing of the number is shown.
SHOWN_FROM_AGE = 14


class Unreadable(str):
    """What stands for a sealed value that doesn't open: a word for the reader, and what is stored, which stays."""

    __slots__ = ("stored",)
    stored: str


def unreadable(stored: str) -> Unreadable:
    """Return the word for a value that is broken, or was sealed for another row, column or key."""
    found = Unreadable(_("unreadable"))
    found.stored = stored
    return found


class Tied(str):
    """A text on its way into its row, with what ties it there."""

    __slots__ = ("tie",)
    tie: str


def encrypt(text: str, aad: str, tie: str | None = None) -> str:
    """Encrypt with the first key: `t.algorithm.key-id.base64(nonce + ciphertext + tag)`.

    `aad` is table.column and `tie` what is the row's own: a value copied into another column or row doesn't open.
    Where no row is at hand it begins with `u`, until it is sealed again. SM4-GCM instead of AES-256-GCM by the
    setting FIELD_CIPHER (GB/T 32907).
    """
    key_id, key = first_key()
    nonce, algorithm = os.urandom(NONCE_BYTES), settings.FIELD_CIPHER
    key, bound = derived(key, algorithm), _bound(aad, tie)
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(bound)
        sealed = box.update(text.encode()) + box.finalize() + box.tag
    else:
        sealed = aes(key).encrypt(nonce, text.encode(), bound)
    return (
        f"{UNTIED if tie is None else TIED}.{algorithm}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"
    )


def decrypt(stored: str, aad: str, tie: str | None = None) -> str:
    """Undo encrypt(). Raises InvalidTag on a value that was changed or isn't this row's, KeyError on a lost key.

    What the first version sealed, with the field key itself and for no row, opens until it is sealed again.
    """
    kind, _dot, rest = stored.partition(".")
    if kind not in {TIED, UNTIED}:
        kind, rest = "", stored
    algorithm, key_id, encoded = rest.split(".", 2)
    key, raw = settings.KEYS.field_keys[key_id], base64.b64decode(encoded)
    key = derived(key, algorithm) if kind else key
    bound = _bound(aad, (tie or "") if kind == TIED else None)
    nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key[:SM4_BYTES]), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
        box.authenticate_additional_data(bound)
        return (box.update(sealed[:-TAG_BYTES]) + box.finalize()).decode()
    return aes(key).decrypt(nonce, sealed, bound).decode()


def _bound(aad: str, tie: str | None) -> bytes:
    return (aad if tie is None else f"{aad}|{tie}").encode()


def new_salt() -> str:
    """Return what ties sealed values to a row that has nothing else of its own before it is stored."""
    return secrets.token_urlsafe(SALT_BYTES)


def blind_index(text: str, purpose: str) -> str:
    """Return the HMAC-SHA256 by which a value is found without being stored; `purpose` separates columns."""
    return hmac.digest(settings.KEYS.index_key, f"{purpose}:{text}".encode(), "sha256").hex()


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
        if isinstance(value, Unreadable):
            return value
        return self.mask(value) if self.mask else "***" if value else ""

    def index(self, row: models.Model) -> None:
        """Bring a row's value into its one form, and the columns by which it is found after it. Raises IdentityError."""
        value = getattr(row, self.attname)
        if self.searchable is None or isinstance(value, Unreadable):
            return
        value = self.searchable.read(value) if value else ""
        setattr(row, self.attname, value)
        for suffix, digest in self.searchable.indexes(value).items():
            setattr(row, f"{self.attname}_{suffix}", digest)

    def _aad(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    @property
    def _ties(self) -> tuple[str, ...]:
        """Return the row's columns that its sealed values are tied to: known before it is stored, never changed."""
        found: tuple[str, ...] = getattr(self.model, "sealed_to", ())
        return found

    def tied(self, row: models.Model) -> Any:
        """Return the row's value as it goes into this row and no other."""
        value = getattr(row, self.attname)
        own = [getattr(row, column) for column in self._ties]
        if not value or isinstance(value, Unreadable) or not own or None in own:
            return value
        found = Tied(value)
        found.tie = "/".join(_plain(one) for one in own)
        return found

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  Django's signature
        """Tie the value to its row."""
        return self.tied(model_instance)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt; the empty string stays empty, and what can't be read stays as it is stored."""
        if isinstance(value, Unreadable):
            return value.stored
        return encrypt(value, self._aad(), getattr(value, "tie", None)) if value else ""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        """Read the columns that it is tied to with it: a value alone says nothing of its row."""
        found = COLUMN.fullmatch(sql)
        if found is None or not self._ties:
            return sql, params
        quote = compiler.connection.ops.quote_name
        own = " || '/' || ".join(f"COALESCE(CAST({found[1]}.{quote(one)} AS text), '')" for one in self._ties)
        return f"{own} || '|' || {sql}", params

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Decrypt; what doesn't open is a word for the reader and a line in the log, and breaks no list."""
        if not value:
            return value
        tie, bar, stored = value.rpartition("|")
        if not stored:
            return ""
        try:
            return decrypt(stored, self._aad(), _plain(tie) if bar else None)
        # a changed value, one of elsewhere, a lost key, or no sealed value at all
        except (InvalidTag, KeyError, ValueError):
            logger.exception("a sealed value of %s does not open", self._aad())
            return unreadable(stored)

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse serializers: a dump would hold the text in clear. Back up the database itself."""
        message = f"{self.name} is encrypted and is not written out."
        raise TypeError(message)


def _plain(value: Any) -> str:
    """Return what ties a value to its row in one way of writing: databases write a UUID in two."""
    return value.hex if isinstance(value, uuid.UUID) else str(value).replace("-", "")


def mask_id_number(number: str) -> str:
    """Show the last two characters of an adult's or a youth's number: ****************38; of a child's none.

    Whether they are shown follows from the age alone that stands beside them, from the year on in which nobody of that
    age is a child any more: it tells nothing of the day.
    """
    if isinstance(number, Unreadable):
        return number
    age = years_on(born_in(number), timezone.localdate())
    if age is None or age <= SHOWN_FROM_AGE:
        return "*" * len(number)
    return f"{'*' * (len(number) - SHOWN_OF_ID)}{number[-SHOWN_OF_ID:]}"


def mask_phone(phone: str) -> str:
    """Show the network and the tail: 138****1234."""
    if isinstance(phone, Unreadable):
        return phone
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
