import pytest
from cryptography.exceptions import InvalidTag

from gridbank.ciphers import opened_bytes, sealed_bytes


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_a_sealed_piece_opens_where_it_belongs_and_nowhere_else(settings, cipher):
    settings.FIELD_CIPHER = cipher
    piece = sealed_bytes("韦国英 522727199001011234".encode() * 100, "exchange.slice:7")
    assert b"5227" not in piece
    assert opened_bytes(memoryview(piece), "exchange.slice:7") == "韦国英 522727199001011234".encode() * 100
    with pytest.raises(InvalidTag):
        opened_bytes(piece, "exchange.slice:8")
    with pytest.raises(InvalidTag):
        opened_bytes(piece[:-1] + bytes([piece[-1] ^ 1]), "exchange.slice:7")
