"""A sealed piece opens in its row and nowhere else, and says so in a sentence."""

import logging

import pytest
from django.db import models

from exchange.models import Batch, Export, Slice
from gridbank.pieces import PieceField, UnreadablePiece, cut, joined, opened, seal, stale_pieces
from tests.exchange.files import STAFF_HEAD, brought, xlsx
from tests.factories import UserFactory


def piece(number, content=b"522727199001011234"):
    row = Slice(batch_id=1, number=number)
    seal(row, "sealed", content)
    return row


def test_a_piece_opens_in_its_row_and_nowhere_else(caplog):
    one, other = piece(0), piece(1)
    assert opened(one, "sealed") == b"522727199001011234"
    other.sealed = one.sealed
    with caplog.at_level(logging.ERROR, "gridbank.sealed"), pytest.raises(UnreadablePiece, match="不可读"):
        opened(other, "sealed")
    assert "exchange_slice.sealed does not open" in caplog.text
    with pytest.raises(TypeError):
        opened(one, "number")


@pytest.mark.parametrize(
    "stored", [b"", b"x", b"aes.k1.", b"aes.gone.xxxxxxxxxxxxxxxxxxxxxxxxxxxx", b"\xff.\xff.\xff"]
)
def test_what_is_no_piece_is_unreadable(stored):
    with pytest.raises(UnreadablePiece):
        opened(Slice(batch_id=1, number=0, sealed=stored), "sealed")


def test_a_field_says_where_its_pieces_belong_and_is_plain_bytes_to_migrations():
    with pytest.raises(ValueError, match="belongs"):
        PieceField()
    field = Batch._meta.get_field("sealed_layout")
    assert field.clone().place(Batch(digest="d")) == field.place(Batch(digest="d")) == "exchange.layout:d"
    assert field.deconstruct()[1] == "django.db.models.BinaryField"


def whole(content, size=4):
    return [piece(number, part) for number, part in enumerate(cut(content, size))]


@pytest.mark.parametrize("length", [0, 1, 3, 4, 5, 8, 11])
def test_what_was_cut_is_joined_again(length):
    content = bytes(range(length))
    rows = whole(content)
    assert (joined(rows, "sealed"), len(rows)) == (content, -(-length // 4))


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda rows: rows[:-1], lambda rows: rows[1:], lambda rows: [rows[0], rows[2]], lambda rows: rows[:1],
        lambda rows: [*rows, rows[-1]], lambda rows: [rows[0], *rows], lambda rows: [rows[1], rows[0], rows[2]],
        # pieces that open in their place, but are of other wholes, or were never cut of one
        lambda rows: [*rows[:2], whole(b"0123456789")[2]], lambda rows: whole(b"0123")[:1] + rows[1:],
        lambda rows: [*rows[:2], piece(2, b"8901")], lambda rows: [piece(0, b"a piece of nothing")],
    ],
)  # fmt: skip
def test_what_is_not_the_whole_is_unreadable(spoiled, caplog):
    rows = whole(b"0123456789abc"[:12])
    assert joined(rows, "sealed") == b"0123456789ab"
    with caplog.at_level(logging.ERROR, "gridbank.sealed"), pytest.raises(UnreadablePiece, match="不可读"):
        joined(spoiled(rows), "sealed")
    assert "the pieces of exchange_slice.sealed are not the whole" in caplog.text


@pytest.mark.django_db
def test_what_an_older_key_or_cipher_sealed_is_found_and_nothing_else(settings):
    batch = brought(UserFactory(role="sysadmin"), xlsx(STAFF_HEAD, ["S7", "新人", "客户经理"]))
    assert not stale_pieces(Slice, ["sealed"]).exists()
    settings.FIELD_CIPHER = "sm4" if settings.FIELD_CIPHER != "sm4" else "aes"
    assert [row.batch_id for row in stale_pieces(Slice, ["sealed"])] == [batch.pk]
    models.QuerySet(Slice).update(sealed=b"")
    assert not stale_pieces(Slice, ["sealed"]).exists()
    assert not stale_pieces(Export, ["sealed_query", "sealed_manifest"]).exists()
