"""Two banks in one database: for the people of one, the other isn't there.

Everything that the people of the first bank can read is read before the second bank exists and again afterwards;
not a byte may differ. So nothing of it shows: no name, no number, no count, no rank, no choice in a menu.
"""

import io
import itertools
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.utils import timezone

from customers.models import Customer
from customers.services import household_create, household_update
from gridbank.errors import Refused
from gridbank.models import IdempotencyKey
from gridbank.scoping import OutOfSight
from grids.models import Assignment
from grids.services import assignment_start
from ground.models import ServicePoint
from jobs.models import JobRun
from people.models import ApiToken
from performance.models import Period
from performance.services import period_open, run_compute, target_set
from tests import factories
from tests.customers.numbers import id_number
from tests.nets.making import ABSENT
from tests.nets.site import MAKE, ROUTES, Route, World, make_world, plain
from tests.people import assign
from visits.models import HeldVisit

MONTH = date(2026, 1, 1)
FAR = 700_000_001
READERS = ["zhao", "chen", "li", "sun"]
BUSINESS = [
    route for route in ROUTES if route.roles and {"head_office", "account_manager"} & set(route.roles)
]
QUERIES: dict[str, list[dict[str, Any]]] = {
    "customers:list": [{"q": "乙"}, {"q": "yi"}, {"q": "4321"}, {"met": "never"}, {"app": "none"}],
    "visits:household-search": [{"q": "乙"}, {"q": "HB"}, {"q": "4321"}],
    "visits:list": [{"met": "yes"}],
    "grids:list": [{"q": "乙行"}, {"vacant": "on"}],
    "ground:map-data": [{"level": "branch"}, {"measure": "days"}, {"bbox": "73,3,136,54"}],
    "needs:list": [{"due": "none"}],
    "performance:period": [{"group": "country"}],
    "customer-list": [{"q": "乙"}, {"app": "none"}],
    "ranking-list": [{"level": "bank"}, {"level": "manager"}],
    "visit-list": [{"met": "true"}],
}


def second_bank() -> dict[str, Any]:
    """Make another bank with a row of every kind, all of it called 乙; its keys are nobody else's."""
    key = itertools.count(FAR)
    root = factories.GridFactory(tier="head_office", parent=None, name="乙行", code="B0", pk=next(key))
    branch = factories.GridFactory(tier="branch", parent=root, name="乙行支行", code="B1", pk=next(key))
    grid = factories.GridFactory(parent=branch, name="乙行网格", code="B2", pk=next(key))
    special = factories.GridFactory(
        pk=next(key), parent=branch, name="乙行市场", code="B3", nature="special", kind="market"
    )
    people = {
        role: factories.UserFactory(
            pk=next(key), username=f"b-{role}", staff_no=f"B{number}", name=f"乙{number}", role=role
        )
        for number, role in enumerate(("head_office", "branch_manager", "account_manager"))
    }
    newcomer = factories.UserFactory(
        pk=next(key), username="b-new", staff_no="B9", name="乙新", role="account_manager"
    )
    for role, ground in (("head_office", root), ("branch_manager", branch), ("account_manager", grid)):
        assign(people[role], ground)
    home = factories.HouseholdFactory(
        pk=next(key), grid=grid, head_name="乙户", code="HB1", last_met_on=timezone.localdate()
    )
    person = factories.CustomerFactory(
        pk=next(key), household=home, name="乙客", pinyin="yike", initials="yk", relation="head"
    )
    staff = people["account_manager"]
    visit = factories.VisitFactory(customer=person, staff=staff, note="乙记录")
    factories.OfferFactory(customer=person, staff=staff, product=_shared_product(), origin=visit.pk)
    factories.NeedFactory(household=home, raised_by=staff, text="乙需求", due_on=None)
    factories.DutyFactory(grid=grid, text="乙职责")
    person.consents.create(
        purpose="marketing", notice_version="1", channel="paper", staff=staff, given_at=timezone.now()
    )
    ServicePoint(code="BP", name="乙点", kind="outlet", grid=branch, longitude=107.1, latitude=25.1).save()
    ApiToken.objects.create(
        user=staff, name="乙令牌", digest="b", expires_at=timezone.now() + timedelta(days=1)
    )
    HeldVisit(
        visit_id=visit.pk,
        staff=staff,
        reason="conflict",
        body="{}",
        body_hash="b",
        received_at=timezone.now(),
    ).save()
    IdempotencyKey.objects.create(
        user=staff, key="k1", request_hash="b", body='"乙"', created_at=timezone.now()
    )
    run = run_compute(bank=root, month=MONTH)
    JobRun.objects.create(
        kind="performance.rank",
        subject="B0:2026-01",
        bank_id=root.pk,
        requested_at=timezone.now(),
        requested_by=staff,
    )
    return {
        "root": root, "branch": branch, "grid": grid, "special": special, "home": home, "person": person,
        "visit": visit, "run": run, "people": people, "newcomer": newcomer,
    }  # fmt: skip


def _shared_product() -> Any:
    """The catalogue is one for the installation; a product that both banks know shows nothing."""
    from products.models import Product

    return Product.objects.get(code="SHARED")


def first() -> World:
    """The first bank with rows of its own and a month, in a database that is known to be shared."""
    world = make_world()
    factories.GridFactory(tier="head_office", parent=None, name="空")
    factories.ProductFactory(code="SHARED")
    for kind in MAKE:
        world.row(
            kind, "mine"
        )  # before the month is computed: what comes later keeps it from being published
    factories.CustomerFactory(
        household=world.row("household", "mine"), name="甲一", pinyin="jiayi", initials="jy"
    )
    for route in ROUTES:
        world.kwargs(route)
    if not models.QuerySet(Period).filter(grid=world.cast.root, month=MONTH).exists():
        run_compute(bank=world.cast.root, month=MONTH)
    return world


BUILT = first


@pytest.fixture
def first_bank(shared: World) -> World:
    return shared


def read(world: World, route: Route) -> dict[str, Any]:
    address = route.url(world.kwargs(route) or {})
    found = {}
    for name in READERS:
        client = world.client(name)
        for query in [{}, *QUERIES.get(route.name, [])]:
            for part in (False, True):
                headers = {"HX-Request": "true"} if part else {}
                response = client.get(address, query, headers=headers)
                found[name, str(query), part] = response.status_code, plain_of(response)
    return found


def plain_of(response: Any) -> Any:
    kind = response.get("Content-Type", "")
    return (
        plain(response)
        if kind.startswith(("text/", "application/json", "application/geo"))
        else sorted_book(response)
    )


def sorted_book(response: Any) -> Any:
    """A workbook carries the time it was made: its sheets count."""
    if not response.content.startswith(b"PK"):
        return response.content
    book = zipfile.ZipFile(io.BytesIO(response.content))
    return {name: book.read(name) for name in book.namelist() if name.startswith("xl/")}


@pytest.mark.parametrize("route", BUSINESS, ids=str)
def test_another_bank_changes_nothing_that_one_reads(first_bank: World, route: Route):
    before = read(first_bank, route)
    second_bank()
    after = read(first_bank, route)
    assert [key for key in before if before[key] != after[key]] == []


def test_the_other_bank_is_really_there(first_bank: World):
    """Else the test above would prove nothing."""
    other = second_bank()
    client = first_bank.client("zhao")
    client.force_login(other["people"]["head_office"])
    assert "乙客" in client.get("/customers/").text
    assert "乙行支行" in client.get("/grids/").text
    assert "乙2" in client.get("/performance/2026-01/").text


def keys_of(other: dict[str, Any]) -> dict[str, str]:
    rows = {name: row for name, row in other.items() if name not in {"people", "run", "visit"}} | other[
        "people"
    ]
    return {name: str(row.pk) for name, row in rows.items()}


def test_the_catalogue_and_the_divisions_are_common(first_bank: World):
    """They are the installation's: what a product is called and what a village is, is no bank's secret."""
    other = second_bank()
    client = first_bank.client("zhao")
    client.force_login(other["people"]["head_office"])
    assert client.get("/api/v1/products/").json() == first_bank.client("zhao").get("/api/v1/products/").json()


def test_the_api_takes_no_key_of_the_other_bank(first_bank: World):
    other = second_bank()
    client = first_bank.client("li")
    at = (timezone.now() - timedelta(minutes=1)).isoformat()
    bodies = [
        {"id": str(uuid4()), "customer": key, "started_at": at, "mode": "door", "met": True}
        for key in (other["person"].pk, ABSENT)
    ]
    sent = client.post("/api/v1/visits/sync/", {"visits": bodies}, content_type="application/json").json()[
        "results"
    ]
    assert [one["status"] for one in sent] == ["rejected", "rejected"]
    assert sent[0]["errors"] == sent[1]["errors"]
    for word, key in (
        ("household", "home"),
        ("customer", "person"),
        ("staff", "account_manager"),
        ("grid", "grid"),
    ):
        value = keys_of(other)[key]
        first, second = (client.get("/api/v1/visits/", {word: number}) for number in (value, str(ABSENT)))
        assert (first.status_code, first.content.replace(value.encode(), b"")) == (
            second.status_code,
            second.content.replace(str(ABSENT).encode(), b""),
        )


def test_a_newcomer_is_taken_in_by_his_number_and_nobody_elses_colleague_is(first_bank: World):
    """Who was never assigned belongs to no bank; who works for another can't be found, by name or by number."""
    other = second_bank()
    zhao, cast = first_bank.client("zhao"), first_bank.cast
    grid = factories.GridFactory(parent=cast.east)
    address = f"/grids/{grid.pk}/assignments/new/"
    assert "孙静" not in zhao.get(address).text
    body = {"part": "lead", "valid_from": timezone.localdate().isoformat()}
    theirs, nobodys = (zhao.post(address, {**body, "staff_no": number}) for number in ("B2", "B77"))
    assert theirs.status_code == nobodys.status_code == 422
    assert plain(theirs).replace("B2", "B77") == plain(nobodys)
    assert zhao.post(address, body).status_code == 422
    assert zhao.post(address, {**body, "staff_no": cast.sun.staff_no}).status_code == 302
    assert "孙静" in zhao.get(f"/grids/{grid.pk}/").text
    with pytest.raises(OutOfSight):
        assignment_start(
            actor=cast.zhao, grid=cast.grid_li, user=other["people"]["account_manager"], part="helper",
            valid_from=timezone.localdate(),
        )  # fmt: skip


def test_who_has_left_the_other_bank_may_come(first_bank: World):
    other = second_bank()
    moved = other["people"]["account_manager"]
    models.QuerySet(Assignment).filter(user=moved).update(valid_to=timezone.localdate() - timedelta(days=1))
    grid = factories.GridFactory(parent=first_bank.cast.east)
    body = {"part": "lead", "valid_from": timezone.localdate().isoformat(), "staff_no": "B2"}
    assert first_bank.client("zhao").post(f"/grids/{grid.pk}/assignments/new/", body).status_code == 302


def archive(actor: Any, grid: Any, number: str) -> Any:
    head = {"name": "石大山", "id_type": "resident", "id_number": number, "phone": "13987654321"}
    return household_create(actor=actor, data={"grid": grid}, head=head)


def test_a_person_may_be_a_customer_of_both_and_neither_hears_of_it(first_bank: World):
    """D5 within a bank; between banks there is nothing to be told."""
    other, number = second_bank(), id_number(serial=333)
    theirs = archive(other["people"]["account_manager"], other["grid"], number)
    mine = archive(first_bank.cast.li, first_bank.cast.grid_li, number)
    for name, user, home in (("li", first_bank.cast.li, mine), ("b", other["people"]["head_office"], theirs)):
        client = first_bank.client("li")
        client.force_login(user)
        for term in (number, "13987654321"):
            assert client.post("/customers/search/", {"number": term})["Location"].startswith(
                home.get_absolute_url()
            ), name
    digests = set(
        models.QuerySet(Customer).filter(household__in=[mine, theirs]).values_list("id_digest", flat=True)
    )
    assert len(digests) == 2
    with pytest.raises(Refused, match="其他支行"):
        archive(first_bank.cast.wu, first_bank.cast.grid_wu, number)


def test_whoever_works_in_both_moves_no_household_between_them(first_bank: World):
    other = second_bank()
    factories.AssignmentFactory(user=first_bank.cast.li, grid=other["grid"], part="deputy")
    mine = archive(first_bank.cast.li, first_bank.cast.grid_li, id_number(serial=334))
    with pytest.raises(Refused, match="跨行"):
        household_update(actor=first_bank.cast.li, household=mine, version=1, data={"grid": other["grid"]})


def test_a_target_is_for_ones_own_people_and_grids(first_bank: World):
    """Target user, grid: foreign keys that a caller names."""
    other, cast = second_bank(), first_bank.cast
    period = period_open(actor=cast.zhao, bank=cast.root, month=date(2026, 10, 1))
    whose = {"user": cast.li, "grid": cast.grid_li}
    call = {"actor": cast.zhao, "period": period, "indicator": "new_customers", "value": Decimal(3)}
    for foreign in ({"user": other["people"]["account_manager"]}, {"grid": other["grid"]}):
        with pytest.raises(OutOfSight):
            target_set(**call, **{**whose, **foreign})
    factories.AssignmentFactory(user=cast.zhao, grid=other["root"], part="deputy")
    with pytest.raises(Refused, match="其他银行"):
        target_set(**call, **{**whose, "grid": other["grid"]})
    assert target_set(**call, **whose).grid == cast.grid_li
