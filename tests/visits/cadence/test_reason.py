"""A reason says the same in the database and of a household in hand, and whoever asks needs to know no more of it."""

from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import pytest
from django.db.models import Q

from tests.visits.cadence.homes import DAY, all_kinds, met, named
from visits.cadence import Badge, Reason, Standing, registry
from visits.presenting.today import today_list


def test_the_database_and_the_reason_itself_name_the_same_households(cast):
    """A household that only the reason itself knows of would be hidden, and nobody would notice."""
    homes = all_kinds(cast)
    for reason in registry.REASONS:
        found, shown = named(reason, homes)
        assert found == shown, reason.key
        assert found, reason.key
        assert len(found) < homes.count(), reason.key


def lines(actor, **more):
    return [(row.household.pk, row.due.why) for row in today_list(actor=actor, day=DAY, **more).rows]


def test_a_new_reason_is_asked_in_the_database_too(cast, person, monkeypatch):
    """One reason more, and nothing else is told of it: what only it names is on the list."""
    met(person, 1)
    assert lines(cast.li) == []
    yesterday = DAY - timedelta(days=1)
    fresh = Reason(
        "fresh", "fresh", 5, "last_met_on", None,
        lambda _day: Q(last_met_on=yesterday),
        lambda last, _day: 0 if last == yesterday else None,
        lambda _last, _day: Badge("met yesterday", "ok"),
    )  # fmt: skip
    monkeypatch.setattr(registry, "REASONS", (fresh, *registry.REASONS))
    assert lines(cast.li, why="fresh") == [(person.household_id, "fresh")]
    (row,) = today_list(actor=cast.li, day=DAY).rows
    assert [badge.text for badge in row.badges] == ["met yesterday"]


@pytest.mark.parametrize("reason", registry.REASONS, ids=lambda reason: reason.key)
def test_it_says_everything_of_itself(reason):
    """What it can't know, `None`, makes no fault: a household of yesterday has neither promise nor need."""
    assert {name.name for name in fields(Reason)} == {
        "key", "label", "rank", "fact", "find", "condition", "late", "words",
    }  # fmt: skip
    assert str(reason.label)
    assert isinstance(reason.condition(DAY), Q)
    for known in (None, DAY, DAY - timedelta(days=400), DAY + timedelta(days=400)):
        said = reason.words(known, DAY)
        assert said.text
        assert said.tone in {"ok", "warn", "bad", "muted"}
        assert reason.late(known, DAY) is None or isinstance(reason.late(known, DAY), int)


def test_what_was_found_stays_as_it_was_read(cast):
    standing, badge = Standing(1, {"last_met_on": None}), Badge("x", "ok")
    for row, name in ((standing, "household_id"), (badge, "tone"), (registry.REASONS[0], "rank")):
        with pytest.raises(FrozenInstanceError):
            setattr(row, name, 2)
