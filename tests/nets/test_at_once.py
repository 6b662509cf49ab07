"""Every service twice at once, and against what somebody else asks for: as if one had come after the other.

The first does its work and holds its transaction open until the second waits for it, or is through. Whatever the
second read without a lock is stale by then; so a missing lock shows every time, not now and then.
"""

import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from audit.outside import outside_explain
from tests.nets.calling import CALLS, KNOWN, done, given
from tests.nets.frozen import read
from tests.nets.site import make_world
from tests.nets.test_services import REFUSAL

pytestmark = pytest.mark.postgres
# for nobody but us: what waits in another worker's database says nothing
WAITS_FOR_US = "SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))"
LONG = 10
COUNTED = " UNION ALL ".join(
    f"SELECT '{model._meta.label}', count(*) FROM \"{model._meta.db_table}\"" for model in apps.get_models()
)
# They write more than one transaction on purpose: an unfinished computation counts for nothing.
BY_STEPS = {"performance.services.runs.run_compute"}
Arguments = dict[str, Any]
Asked = tuple[str, Arguments]
Found = tuple[list[str], dict[str, int]]
PAIRS = [tuple(line.split(" | ")) for line in read("neighbours.txt")]
# both orders of a pair in one process: what they come to one after the other is worked out once
ORDERS = [
    pytest.param(*order, marks=pytest.mark.xdist_group(" ".join(pair)))
    for pair in PAIRS
    for order in (pair, pair[::-1])
]
Known = tuple[set[str], dict[str, int], Found, Found]
known: list[Known] = []


def outcome(name: str, arguments: Arguments) -> str:
    """Say how a call ended: done, or refused with a sentence of which kind. Anything else is a fault."""
    try:
        with transaction.atomic():
            done(name, arguments)
    except REFUSAL as error:
        return type(error).__name__
    return "done"


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        return dict(cursor.fetchall())


def one_after_the_other(one: Asked, two: Asked) -> Found:
    with transaction.atomic():
        found = [outcome(*one), outcome(*two)], counts()
        transaction.set_rollback(True)
    return found


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def waits_for_us(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR_US, [pid])
        return cursor.fetchone()[0]


def at_once(one: Asked, two: Asked) -> Found:
    """Run the second while the first has done everything but its commit."""
    found: dict[int, str] = {}
    pid: list[int] = []

    def run() -> None:
        try:
            pid.append(backend())
            found[1] = outcome(*two)
        except Exception as error:
            found[1] = repr(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        found[0] = outcome(*one)
        other.start()
        until = time.monotonic() + LONG
        while other.is_alive() and not (pid and waits_for_us(pid[0])):
            assert time.monotonic() < until, "the second neither ends nor waits for the first"
            time.sleep(0.002)
    other.join()
    return [found[0], found[1]], counts()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [name for name in KNOWN if name not in BY_STEPS])
def test_twice_at_once_is_one_after_the_other(name: str):
    world = make_world()
    first = given(world, name)
    rival = CALLS[name].rival
    second = {**first, **(rival(world) if rival else {})}
    outside_explain("a test's own world")
    wanted = one_after_the_other((name, first), (name, second))
    found = at_once((name, first), (name, second))
    assert found[0] == wanted[0]
    assert Counter(found[1]) - Counter(wanted[1]) == Counter(), "rows that one after the other wouldn't leave"
    assert found[1] == wanted[1]


def either_way(one: Asked, two: Asked) -> tuple[Found, Found]:
    """Return how two end one after the other, and the other way round.

    The other order of the pair, which is tried next in a world made alike, is told what was found for this one.
    """
    pair, ground = {one[0], two[0]}, counts()
    for names, stood, there, back in known:
        if (names, stood) == (pair, ground):
            return _turned(back), _turned(there)
    there, back = one_after_the_other(one, two), _turned(one_after_the_other(two, one))
    known[:] = [(pair, ground, there, back)]
    return there, back


def _turned(found: Found) -> Found:
    return found[0][::-1], found[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_against_its_neighbour_at_once_is_one_after_the_other(first: str, second: str):
    """Either may have come first; whoever waits has seen what the other left."""
    world = make_world()
    made = {name: given(world, name) for name in sorted((first, second))}
    one, two = (first, made[first]), (second, made[second])
    outside_explain("a test's own world")
    wanted = either_way(one, two)
    found = at_once(one, two)
    assert found in wanted
