"""Columns of sealed pieces: whole files and what is told of their rows. Each field says where its pieces belong.

What is sealed in a column of text is `customers.pii`'s. Nothing else seals: whoever changes the keys asks these two.
"""

import logging
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from gridbank.ciphers import opened_bytes, sealed_bytes
from gridbank.errors import Refused

logger = logging.getLogger("gridbank.sealed")

# what stands before each piece of a whole: which it is, of how many, of how many bytes
_HEAD = struct.Struct(">IIQ")


class UnreadablePiece(Refused):
    """A sealed piece that doesn't open: it was changed, belongs elsewhere, or its key is lost."""

    def __init__(self) -> None:
        """Say it to whoever wants what is in it."""
        super().__init__(_("What is held of it can't be read. Tell whoever keeps the server running."))


class PieceField(models.BinaryField):  # type: ignore[type-arg]
    """Bytes sealed for one place; `place` says of a row which. To the database they are plain bytes."""

    def __init__(self, *args: Any, place: Callable[[Any], str] | None = None, **kwargs: Any) -> None:
        """Keep the place. Raises ValueError without one: what is tied to nothing opens anywhere."""
        if place is None:
            raise ValueError("say where the piece belongs")
        super().__init__(*args, **kwargs)
        self.place = place

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Be plain bytes in migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def clone(self) -> Self:
        """Return a copy, its place with it."""
        _name, _path, args, kwargs = self.deconstruct()
        # of a field that is made of its own parts the checker knows nothing
        kind: Any = type(self)
        found: Self = kind(*args, place=self.place, **kwargs)
        return found


def _piece_field(row: models.Model, name: str) -> PieceField:
    field = row._meta.get_field(name)
    if not isinstance(field, PieceField):
        raise TypeError(name)
    return field


def seal(row: models.Model, name: str, content: bytes) -> None:
    """Put a piece into its row, which knows its place by then."""
    setattr(row, name, sealed_bytes(content, _piece_field(row, name).place(row)))


def opened(row: models.Model, name: str) -> bytes:
    """Return what is sealed in a row. Raises UnreadablePiece."""
    try:
        return opened_bytes(getattr(row, name), _piece_field(row, name).place(row))
    # a changed piece, one of elsewhere, a lost key, or no sealed piece at all
    except (InvalidTag, KeyError, ValueError, zlib.error):
        logger.exception("a sealed value of %s.%s does not open", row._meta.db_table, name)
        raise UnreadablePiece from None


def cut(content: bytes, size: int) -> list[bytes]:
    """Return a whole in pieces of so many bytes; each says which it is and what whole it is of, to be sealed with it."""
    starts = range(0, len(content), size)
    return [
        _HEAD.pack(number, len(starts), len(content)) + content[at : at + size]
        for number, at in enumerate(starts)
    ]


def joined(rows: Iterable[models.Model], name: str) -> bytes:
    """Return the whole that was cut, its rows in order; of no rows none.

    Raises UnreadablePiece where a piece is missing, comes twice or was cut: what is shorter isn't the whole.
    """
    found, told = bytearray(), []
    for row in rows:
        piece = opened(row, name)
        if len(piece) < _HEAD.size:
            raise _broken(row, name)
        told.append(_HEAD.unpack_from(piece))
        found += piece[_HEAD.size :]
    if told and told != [(number, len(told), len(found)) for number in range(len(told))]:
        raise _broken(row, name)
    return bytes(found)


def _broken(row: models.Model, name: str) -> UnreadablePiece:
    logger.error("the pieces of %s.%s are not the whole", row._meta.db_table, name)
    return UnreadablePiece()


def models_with(kind: type[Any]) -> list[tuple[type[models.Model], list[str]]]:
    """Return every model with fields of a kind, and their names, in all apps."""
    found = []
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, kind)]
        if names:
            found.append((model, names))
    return found


def piece_models() -> list[tuple[type[models.Model], list[str]]]:
    """Return every model with sealed pieces, and the names of its fields that hold them, in all apps."""
    return models_with(PieceField)


def stale_pieces(model: type[models.Model], names: list[str]) -> models.QuerySet[Any]:
    """Return the rows with a piece that is not sealed by the current key and cipher, whoever may see them."""
    current = f"{settings.FIELD_CIPHER}.{next(iter(settings.KEYS.field_keys))}.".encode()
    rows: models.QuerySet[Any] = models.QuerySet(model)
    condition = Q()
    for name in names:
        head = Func(F(name), 1, len(current), function="SUBSTR", output_field=models.BinaryField())
        rows = rows.alias(**{f"{name}_head": head})
        condition |= ~Q(**{f"{name}_head": current}) & ~Q(**{name: b""})
    return rows.filter(condition).order_by("pk")
