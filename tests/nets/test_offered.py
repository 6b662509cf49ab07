"""What isn't allowed is neither offered nor taken: no form from whom it isn't shown to, no question whose yes is refused."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.utils import timezone

from gridbank.pages import SURE, WORD
from people.enums import BUSINESS_ROLES
from people.models import User
from tests import factories
from tests.grids.telling import two_leads_allowed
from tests.nets.bank import built
from tests.nets.forms import forms_of
from tests.nets.frozen import read
from tests.nets.site import PEOPLE, ROUTES, Route, World
from tests.nets.test_once import page_of, sent
from tests.nets.test_taking_back import ASKING, LOOKING
from tests.performance.calls import computed, published

# what a power opens is asked on both databases (test_powers.py); here, whether page and service ask the same one
pytestmark = pytest.mark.once

METHODS_OF = dict(line.split(" | ")[:2] for line in read("routes.txt"))
PAGES = [
    route
    for route in ROUTES
    if not route.is_api
    and route.name not in LOOKING
    and {"GET", "POST"} <= set(METHODS_OF.get(route.name, "").split())
]
FRAME = {"csrfmiddlewaretoken", "form_key"}
ASKED = [route for route in ROUTES if route.name in ASKING]
# part, and days of it: none of them leads or stands in for anybody today
PARTS: list[tuple[str, dict[str, date]]] = [
    ("helper", {}),
    ("lead", {"valid_to": date(2024, 12, 31)}),
    ("deputy", {"valid_from": date(2099, 1, 1)}),
]


@dataclass
class Crowd(World):
    """The bank with everybody who may be shown a form."""

    people: list[tuple[str, User]] = field(default_factory=list)

    def everybody(self) -> list[User]:
        return [user for _name, user in self.people]


def crowded() -> Crowd:
    world = built()
    return Crowd(world.cast, world.officers, world.made, people=list(people(world)))


BUILT = crowded


def people(world: World) -> Iterator[tuple[str, User]]:
    """Return the cast, and of each role somebody without a part, a helper, one whose part is over, one whose is to come."""
    cast = world.cast
    yield from ((name, world.person(name)) for name in PEOPLE)
    with two_leads_allowed():
        for role in sorted(BUSINESS_ROLES):
            yield f"{role} nowhere", factories.UserFactory(role=role)
            for grid in (cast.root, cast.east, cast.grid_li):
                for part, days in PARTS:
                    user = factories.UserFactory(role=role)
                    factories.AssignmentFactory(user=user, grid=grid, part=part, **days)
                    yield f"{role} {part} {grid.tier} {days}", user


def empty_grid(world: World) -> dict[str, Any]:
    return {"pk": factories.GridFactory(parent=world.cast.east).pk}


def month(world: World, make: Callable[[World], Any]) -> dict[str, Any]:
    return {"month": make(world).month}


def stored_batch(world: World) -> dict[str, Any]:
    batch = world.row("batch", "mine")
    type(batch).everywhere().filter(pk=batch.pk).update(state="stored")
    return {"pk": batch.pk, "work": "undo"}


# where the nets' own row is not in the state in which it can be asked
ROW: dict[str, Callable[[World], dict[str, Any]]] = {
    "exchange:start": stored_batch,
    "grids:close": empty_grid,
    "performance:publish": lambda w: month(w, computed),
    "performance:lock": lambda w: month(w, published),
    "people:disable": lambda _w: {"pk": factories.UserFactory(role="account_manager").pk},
}
FILLED = {"grids:close": lambda: {"last_day": timezone.localdate().isoformat()}}


def word_of(text: str) -> str:
    """Return the word that a question wants typed."""
    found = re.search(r'<label for="word">\s*\S+\s+(\S+)', text)
    return found[1] if found else ""


@pytest.mark.parametrize("route", ASKED, ids=str)
def test_a_question_is_put_to_nobody_whose_yes_is_refused(shared: Crowd, route: Route):
    address = route.url(ROW[route.name](shared) if route.name in ROW else shared.kwargs(route))
    asked, refused = [], []
    for name, user in shared.people:
        client, told = shared.client_of(user), FILLED.get(route.name, dict)()
        answer = client.post(address, told)
        if answer.status_code != 200 or f'name="{SURE}"' not in answer.text:
            continue
        asked.append(name)
        with transaction.atomic():
            said = client.post(address, told | {SURE: "yes", WORD: word_of(answer.text)}).status_code
            transaction.set_rollback(True)
        if said in {403, 404}:
            refused.append((name, said))
    assert refused == []
    assert asked, "nobody is asked: the rest proves nothing"


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_form_is_taken_from_nobody_who_is_not_shown_it(shared: Crowd, route: Route):
    address, shown, others = page_of(shared, route), [], []
    for name, user in shared.people:
        answer = shared.client_of(user).get(address)
        found = [one for one in forms_of(address, answer.text) if one.method == "post"]
        here = urlsplit(address).path if answer.status_code == HTTPStatus.OK else None
        # a form with nothing in it is none
        own = [one for one in found if one.path == here and one.fields.keys() - FRAME]
        shown += own[:1]
        others += [] if own else [(name, user)]
    assert shown, "nobody is shown it: the rest proves nothing"
    told, taken = sent(shared, route, shown[0]), []
    for name, user in others:
        with transaction.atomic():
            answer = shared.client_of(user).post(address, told)
            transaction.set_rollback(True)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            taken.append((name, answer.status_code))
    assert taken == []
