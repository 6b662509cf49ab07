"""What is counted by grid is taken once by its key, in the order of the rooms."""

import pytest

from grids import loads


@pytest.fixture(autouse=True)
def _none(monkeypatch):
    monkeypatch.setattr(loads, "_loads", {})


def load(key, label=""):
    return loads.Load(key, label, lambda _actor, _grids, _chosen: {})


def test_each_is_taken_in_its_order():
    for key in ("homes", "due"):
        loads.register(load(key))
    assert [one.key for one in loads.registered()] == ["homes", "due"]


def test_the_same_again_takes_its_own_place():
    for one in (load("homes"), load("due"), load("homes", "Households")):
        loads.register(one)
    assert [(one.key, one.label) for one in loads.registered()] == [("homes", "Households"), ("due", "")]
