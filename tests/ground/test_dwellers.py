"""One room keeps households, and says so once."""

from customers.services.cutting import DWELLERS
from ground import dwellers


def test_the_room_that_keeps_households_has_said_so(monkeypatch):
    assert dwellers.kept() is DWELLERS
    monkeypatch.setattr(dwellers, "_kept", [])
    dwellers.register(DWELLERS)
    dwellers.register(DWELLERS)
    assert dwellers._kept == [DWELLERS]
