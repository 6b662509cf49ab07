"""The web dies while laptops send their visits: whatever was acknowledged is there, once."""

import json
import os
import random
import signal
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.site import Site, children_of, kill_group, wait_for

pytestmark = pytest.mark.slow

LAPTOPS, BATCHES, EACH = 4, 8, 5
LETTERS = str.maketrans(
    "0123456789", "ghijklmnop"
)  # eleven digits in a row would be refused as a phone number
KILLS = {"worker": 10, "master": 3}
PREPARE = """
import json
from audit.outside import outside_explain
from people.services import token_create
from tests.factories import ProductFactory
from tests.people import make_cast
from tests.visits.bodies import person_in
cast = make_cast()
print(json.dumps({
    "token": token_create(actor=cast.li, name="laptop", days=1).secret,
    "customers": [person_in(cast.grid_li).pk for _ in range(3)],
    "product": ProductFactory().pk,
}))
outside_explain("a test's world")
"""


STORED = """
import json
from gridbank.scoping import waive_scope
from visits.models import Visit
with waive_scope("a test counts everything"):
    print(json.dumps({str(visit.pk): visit.note for visit in Visit.objects.all()}))
"""


def bodies(world: dict) -> list[dict]:
    at = datetime.now(UTC) - timedelta(hours=2)
    return [
        {
            "id": str(uuid.uuid4()),
            "customer": world["customers"][number % 3],
            "started_at": (at + timedelta(minutes=number)).isoformat(),
            "mode": "door",
            "met": True,
            "note": "note " + uuid.uuid4().hex.translate(LETTERS),
            "offers": [{"product": world["product"], "result": "accepted"}],
            "needs": [{"text": "想贷款买牛", "due_on": None}],
        }
        for number in range(EACH)
    ]


@pytest.fixture
def site(make_site) -> Site:
    return make_site()


@pytest.fixture
def world(site) -> dict:
    return json.loads(site.python(PREPARE).splitlines()[-1])


def send_until_acknowledged(site: Site, world: dict, batch: list[dict]) -> tuple[int, list[str]]:
    """Do what a laptop does: send the same batch until each visit is acknowledged."""
    deadline = time.monotonic() + 120
    tries = 0
    while time.monotonic() < deadline:
        tries += 1
        with suppress(OSError, ValueError):
            status, answer = site.request(
                "/api/v1/visits/sync/", {"visits": batch}, Authorization=f"Token {world['token']}"
            )
            if status == 200:
                assert [result["id"] for result in answer["results"]] == [body["id"] for body in batch]
                refused = [result for result in answer["results"] if result["errors"]]
                assert refused == []
                return tries, [result["status"] for result in answer["results"]]
            assert status in {502, 503}, (status, answer)
        time.sleep(0.1)
    raise AssertionError("the batch was never acknowledged")


def everything_is_there_once(site: Site, sent: list[dict]) -> None:
    # read by the code that can decrypt the notes
    stored = json.loads(site.python(STORED).splitlines()[-1])
    assert stored == {body["id"]: body["note"] for body in sent}
    assert site.value("select count(*) from products_offer") == len(sent), "no offer twice, none lost"
    assert site.value("select count(*) from needs_need") == len(sent), "no need twice, none lost"
    assert site.value("select count(*) from visits_heldvisit") == 0
    site.manage("verify_audit")


@pytest.mark.parametrize("victim", ["worker", "master"])
def test_what_was_acknowledged_is_there_once(site: Site, world: dict, victim):
    site.start_web(workers=3)
    chance, kills = random.Random(7), []
    over, idle, seen = (threading.Event() for _ in range(3))

    def kill_now_and_then() -> None:
        while len(kills) < KILLS[victim] and not over.wait(chance.uniform(0.2, 0.6)):
            master = site.processes[-1]
            if victim == "worker":
                for pid in chance.sample(children_of(master.pid), 1):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        kills.append(pid)
            else:
                kill_group(master)
                kills.append(master.pid)
                site.start_web(workers=3)
            time.sleep(0.5)
        idle.set()
        # what a thread has started dies with it
        seen.wait()

    batches = [bodies(world) for _ in range(LAPTOPS * BATCHES)]
    killer = threading.Thread(target=kill_now_and_then, daemon=True)
    killer.start()
    try:
        with ThreadPoolExecutor(LAPTOPS) as pool:
            answers = list(pool.map(lambda batch: send_until_acknowledged(site, world, batch), batches))
    finally:
        over.set()
    try:
        assert idle.wait(120), "the killer is still at it"
        assert kills, "nobody was killed: the test proved nothing"
        assert {status for _, statuses in answers for status in statuses} <= {"created", "duplicate"}
        wait_for(site.answers, "the site")
        everything_is_there_once(site, [body for batch in batches for body in batch])
    finally:
        seen.set()
        killer.join()


def test_the_same_batch_from_many_at_once_is_stored_once(site: Site, world: dict):
    site.start_web(workers=3)
    batch = bodies(world)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: send_until_acknowledged(site, world, batch), range(40)))
    for position in range(EACH):
        statuses = [statuses[position] for _, statuses in answers]
        assert sorted(set(statuses)) == ["created", "duplicate"]
        assert statuses.count("created") == 1
    everything_is_there_once(site, batch)


def test_an_answer_that_got_lost_is_given_again(site: Site, world: dict):
    """Kill at the worst moment: after the commit, before the answer."""
    site.start_web(workers=1)
    batch = bodies(world)
    first = send_until_acknowledged(site, world, batch)
    kill_group(site.processes[-1])
    site.start_web(workers=1)
    second = send_until_acknowledged(site, world, batch)
    assert (first[1], second[1]) == (["created"] * EACH, ["duplicate"] * EACH)
    everything_is_there_once(site, batch)
