"""Whoever turns the pages of a list to its end has seen each row once, however many of them are equal."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.services import record
from tests import factories
from tests.nets.site import World

# more than a page of any list, and an API's page cut small
ROWS, SMALL = 57, 5
# what folds out below a row isn't one
ID = re.compile(r'id="(?:customer|household|visit|need|account|event)-([0-9a-f-]+)">')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass(frozen=True)
class List:
    """A list, who reads it, and how to make so many rows of which many are equal; what is made must be seen."""

    address: str
    who: str
    make: Callable[[World, int], list[Any]]


def people(world: World, count: int) -> list[Any]:
    return factories.CustomerFactory.create_batch(
        count, household=world.row("household", "mine"), name="同名"
    )


def households(world: World, count: int) -> list[Any]:
    return factories.HouseholdFactory.create_batch(count, grid=world.cast.grid_li, head_name="同名")


def visits(world: World, count: int) -> list[Any]:
    """All of one instant, but for a few."""
    person, now = world.row("customer", "mine"), timezone.now()
    times = [now - timedelta(minutes=10 * (number < 3)) for number in range(count)]
    return [factories.VisitFactory(customer=person, staff=world.cast.li, started_at=at) for at in times]


def needs(world: World, count: int) -> list[Any]:
    """A third is due today, a third next week, a third on no day."""
    today = timezone.localdate()
    days = (today, today + timedelta(days=7), None)
    home = world.row("household", "mine")
    return [factories.NeedFactory(household=home, due_on=days[number % 3]) for number in range(count)]


def offers(world: World, count: int) -> list[Any]:
    person = world.row("customer", "mine")
    return factories.OfferFactory.create_batch(count, customer=person, product=world.row("product", "mine"))


def accounts(_world: World, count: int) -> list[Any]:
    return factories.UserFactory.create_batch(count, name="同名")


def events(world: World, count: int) -> list[Any]:
    return [record(actor=world.cast.li, action="audit.read") for _ in range(count)]


PAGES = [
    List("/customers/?by=person", "li", people),
    List("/customers/?by=person&sort=name", "li", people),
    List("/customers/", "li", households),
    List("/customers/?sort=-days&archive=poor", "li", households),
    List("/visits/", "li", visits),
    List("/needs/", "li", needs),
    List("/needs/?sort=-due", "li", needs),
    List("/needs/?sort=raised&size=25", "li", needs),
    List("/people/", "sysadmin", accounts),
    List("/people/?sort=last", "sysadmin", accounts),
    List("/audit/?action=audit.read&person=li", "auditor", events),
]
API = [
    List("/api/v1/customers/", "li", people),
    List("/api/v1/households/", "li", households),
    List("/api/v1/visits/", "li", visits),
    List("/api/v1/needs/", "li", needs),
    List("/api/v1/offers/", "li", offers),
]


def pages(client: Client, address: str) -> list[list[str]]:
    """Return the rows of a list's pages, one page after the other."""
    found, at, path = [], address, address.partition("?")[0]
    while at:
        text = client.get(at).text
        found.append(ID.findall(text))
        onward = NEXT.search(text)
        at = path + onward[1].replace("&amp;", "&") if onward else ""
        assert len(found) < ROWS, "the pages run in a circle"
    return found


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.address)
def test_the_pages_of_a_list_show_each_row_once(world: World, one: List):
    made = {str(row.pk) for row in one.make(world, ROWS)}
    found = pages(world.client(one.who), one.address)
    seen = [row for page in found for row in page]
    assert len(found) > 1, "one page: the rest would prove nothing"
    assert len(seen) == len(set(seen)), "a row stands on two pages"
    assert made <= set(seen), "a row stands on no page"


@pytest.mark.parametrize("one", API, ids=lambda one: one.address)
def test_the_cursor_of_the_api_leads_past_each_row_once(world: World, one: List):
    made = {str(row.pk) for row in one.make(world, 4 * SMALL + 2)}
    client, at, seen = world.client(one.who), f"{one.address}?page_size={SMALL}", []
    while at:
        page = client.get(at).json()
        seen += [str(row["id"]) for row in page["results"]]
        at = page["next"]
        assert len(seen) < 100, "the pages run in a circle"
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
