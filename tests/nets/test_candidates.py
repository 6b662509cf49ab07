"""What is shown together must not tell the secret: whatever one answer says of a person, thousands of numbers fit."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import pytest
from django.utils import timezone
from stdnum.cn import ric

from customers import services
from gridbank.days import born_by
from tests.customers.numbers import id_number
from tests.nets.forms import forms_of
from tests.nets.site import READERS, ROUTES, Route, World

pytestmark = pytest.mark.once

FEWEST_IDS, FEWEST_PHONES = 3000, 1000
CHECK = "10X98765432"
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]
# of the number and of the day, so much in a row doesn't stand somewhere by chance
BY_ITSELF = 3


@dataclass(frozen=True)
class Planted:
    """A person as he stands in the database; nothing of this but what a mask leaves may be read."""

    key: int
    number: str
    phone: str
    born: date


@cache
def numbers(region: str, first: date, last: date, *, male: bool, old: bool) -> tuple[str, ...]:
    """Return every ID number of a county, of these days and this gender."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    serials = [f"{n:03}" for n in range(1000) if n % 2 == male]
    if old:
        return tuple(f"{region}{day:%y%m%d}{serial}" for day in days for serial in serials)
    found = []
    for day in days:
        body = f"{region}{day:%Y%m%d}"
        start = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=False))
        for serial in serials:
            total = start + sum(
                int(digit) * weight for digit, weight in zip(serial, WEIGHTS[14:], strict=True)
            )
            found.append(f"{body}{serial}{CHECK[total % 11]}")
    return tuple(found)


def spellings(day: date) -> list[str]:
    """Return the ways in which a day may be written."""
    return [
        day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", f"{day:%d.%m.%Y}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%B} {day.day}, {day.year}", f"{day:%b}. {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
    ]  # fmt: skip


@lru_cache(maxsize=4)
def masks(text: str) -> list[str]:
    return re.findall(r"(?<![0-9*])[0-9X*]*\*[0-9X*]*", text)


def places(text: str, secret: str) -> frozenset[int]:
    """Return which characters of a secret a text tells: by a mask of it, or standing by themselves."""
    told: set[int] = set()
    for mask in masks(text):
        if len(mask) == len(secret) and all(a in {"*", b} for a, b in zip(mask, secret, strict=True)):
            told |= {place for place, sign in enumerate(mask) if sign != "*"}
    for start, end in itertools.combinations(range(len(secret) + 1), 2):
        # most of it, or its tail: what begins before the serial is the county and the day, which have their own words
        long = end - start >= len(secret) - 5 or (end == len(secret) and end - start > BY_ITSELF)
        part = secret[start:end]
        if long and part in text and re.search(rf"(?<![0-9]){part}(?![0-9])", text):
            told |= set(range(start, end))
    return frozenset(told)


@cache
def _fit(number: str, first: date, last: date, told: frozenset[int]) -> int:
    old = len(number) == len("110101800101001")
    male = int(number[14 if old else 16]) % 2 == 1
    everybody = numbers(number[:6], first, last, male=male, old=old)
    return sum(all(one[place] == number[place] for place in told) for one in everybody)


def ids_that_fit(text: str, person: Planted) -> int:
    """Count the ID numbers that may be his for whoever read this and knows his county, age and gender."""
    first, last = date(person.born.year, 1, 1), date(person.born.year, 12, 31)
    if any(word in text for word in spellings(person.born)):
        first = last = person.born
    return _fit(person.number, first, last, places(text, person.number))


def phones_that_fit(text: str, person: Planted) -> int:
    """Count the phone numbers that may be his."""
    return 10 ** (len(person.phone) - len(places(text, person.phone) | {0}))


def narrowed(text: str, people: list[Planted]) -> list[str]:
    """Return who is told of by an answer, and what of him."""
    found = []
    for person in people:
        ids, phones = ids_that_fit(text, person), phones_that_fit(text, person)
        if ids < FEWEST_IDS or phones < FEWEST_PHONES:
            found.append(f"{person}: {ids} ID numbers, {phones} phones")
    return found


def _plant(world: World) -> list[Planted]:
    """Write people down: somebody grown, an old one with a number of fifteen digits, a child, one just fourteen."""
    today = timezone.localdate()
    head, home = world.row("customer", "mine"), world.row("household", "mine")
    # the last four begin with a nought: no running number of somebody else's row is written so
    rows = [
        ("曾小明", id_number(date(1981, 10, 23), 47), "13871629405"),
        ("石玉梅", "522727391020474", "13971629406"),
        ("曾小宝", id_number(born_by(today, 9) - timedelta(days=70), 67), ""),
        ("曾小红", id_number(born_by(today, 14), 56), "13771629408"),
    ]  # fmt: skip
    found = []
    for name, number, phone in rows:
        kind = "resident" if len(number) == 18 else "resident_15"
        data = {"name": name, "id_type": kind, "id_number": number, "phone": phone}
        data = {field: value for field, value in data.items() if value}
        if not found:
            person = services.customer_update(
                actor=world.cast.li, customer=head, version=head.version, data=data
            )
        else:
            data |= {} if phone else {"guardian": head, "relation": "child"}
            person = services.customer_create(actor=world.cast.li, household=home, data=data)
        head.refresh_from_db()
        found.append(Planted(person.pk, number, phone or "13671629407", person.birth_date))
    return found


@pytest.fixture
def people(world: World) -> list[Planted]:
    return _plant(world)


CHANCE = re.compile(
    r'name="form_key" value="[0-9a-f]{32}"|name="csrfmiddlewaretoken" value="[A-Za-z0-9]{64}"'
)


def read(response: Any) -> str:
    """Return an answer as text; of a workbook every part of it; with the address it sends to."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    where = response.get("Location", "")
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    # drawn by chance: now and then their digits are somebody's
    text = CHANCE.sub("", body.decode(errors="replace"))
    return f"{text}\n{where}"


def wrong_posts(world: World, route: Route, page: str, address: str) -> Iterator[str]:
    """Send each form of a page with nothing and with a day of birth that is none, and read what is said."""
    for name in READERS:
        client = world.client(name)
        for form in forms_of(address, page):
            if form.method == "post" and form.path == address:
                yield read(client.post(address, {}))
                yield read(client.post(address, {**form.values(), "birth_date": "1981-10-22"}))


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_answer_tells_a_number(world: World, people: list[Planted], route: Route):
    kwargs = world.kwargs(route)
    address = route.url(kwargs)
    for name in READERS:
        if not route.admits(world.person(name)):
            continue
        client = world.client(name)
        text = read(client.get(address))
        assert narrowed(text, people) == [], name
        for said in wrong_posts(world, route, text, address) if route.namespace == "customers" else ():
            assert narrowed(said, people) == [], name


def test_no_form_answer_or_row_of_any_of_them_tells_a_number(world: World, people: list[Planted]):
    """The pages of each person, the API's rows and what is said when somebody writes him down again."""
    for person, name in itertools.product(people, ("zhao", "chen", "li", "wang")):
        client = world.client(name)
        for address in (
            f"/customers/{person.key}/edit/", f"/api/v1/customers/{person.key}/", f"/customers/?q={person.phone[-4:]}",
            f"/api/v1/customers/?q={person.phone[-4:]}&age=36-59",
        ):  # fmt: skip
            assert narrowed(read(client.get(address)), people) == [], (name, address)
    home = world.row("household", "mine").pk
    again = {"name": "赵一", "relation": "other", "id_type": "resident", "id_number": people[0].number}
    response = world.client("li").post(f"/customers/households/{home}/people/new/", again)
    assert response.status_code == 422
    # what was typed may stand there again, but not beside what it is refused with
    assert narrowed(read(response), people) == []


def test_the_count_is_honest():
    """Else the tests above would prove nothing."""
    born = date(1981, 10, 23)
    person = Planted(1, id_number(born, 473), "13871629405", born)
    assert ric.is_valid(person.number)
    first, last = date(1981, 1, 1), date(1981, 12, 31)
    everybody = numbers("522727", first, last, male=True, old=False)
    assert len(everybody) == len(set(everybody)) == 365 * 500
    assert all(map(ric.is_valid, everybody[::9973]))
    number, tail = person.number, person.number[-2:]
    assert ids_that_fit("", person) == 365 * 500
    assert FEWEST_IDS <= ids_that_fit(f"{'*' * 16}{tail}", person) < 4000
    assert ids_that_fit(f"{'*' * 15}{number[-3:]}", person) < 400
    for day in spellings(born):
        assert ids_that_fit(day, person) == 500
        assert ids_that_fit(f"{day} {'*' * 16}{tail}", person) < 15
    assert ids_that_fit(f"{number[:6]}********{number[-4:]} {born}", person) == 1
    assert ids_that_fit(number, person) == 1
    assert phones_that_fit("138****9405", person) == 10_000
    assert phones_that_fit("1387162****", person) == 10_000
    assert phones_that_fit("1387***9405", person) == 1000
    assert phones_that_fit("1387*6*9405", person) == 100
    assert phones_that_fit(person.phone, person) == 1
    assert narrowed(born.isoformat(), [person, replace(person, born=date(1981, 10, 24))]) != []
