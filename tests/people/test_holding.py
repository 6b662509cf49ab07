"""The rooms above say what somebody holds: each is asked once, and one knows what people lead."""

import pytest

from people import holding
from people.models import User


@pytest.fixture(autouse=True)
def _nobody(monkeypatch):
    monkeypatch.setattr(holding, "_asked", [])
    monkeypatch.setattr(holding, "_leading", [])


def test_everybody_is_asked_once_about_the_new_role():
    user = User(name="李娜")

    def first(who, role):
        return [f"{who.name} {role}"]

    for asked in (first, lambda _who, _role: [], lambda _who, _role: ["甲村"], first):
        holding.register(asked)
    assert holding.in_the_way(user, "branch_manager") == ["李娜 branch_manager", "甲村"]


def test_one_knows_what_people_lead_and_the_last_who_came_is_it():
    assert holding.led_by(User()) == holding.Led([], [])
    for name in ("甲村", "乙村"):
        holding.register_leading(lambda who, name=name: holding.Led([name], [who.name]))
    assert holding.led_by(User(name="李娜")) == holding.Led(["乙村"], ["李娜"])
