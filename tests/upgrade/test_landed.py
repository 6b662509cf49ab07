"""A migration that stands somewhere is never changed: another one is added."""

import re

import pytest

from tests.upgrade import landed, states

REMEDY = (
    f"A migration that has landed was changed. Put it back and add another one. Only while nothing is installed "
    f"anywhere may it be rewritten: then keep the new state with `{states.COMMAND}` and commit what it writes."
)


def test_no_landed_migration_was_changed_or_taken_away():
    now, then = landed.migrations(), landed.kept() | landed.kept(landed.SINCE)
    assert [name for name, digest in then.items() if now.get(name) != digest] == [], REMEDY


@pytest.mark.parametrize("kind", states.TEXTS)
def test_the_states_kept_stand_on_the_landed_migrations(kind):
    said = states.read(kind)
    rooms = {name.split("/")[0] for name in landed.kept()}
    applied = {
        f"{room}/migrations/{name}.py"
        for room, name in re.findall(r"\(?\d+,\s*'(\w+)',\s*'(\d{4}_\w+)',", said)
        if room in rooms
    }
    assert applied == set(landed.kept()), REMEDY
