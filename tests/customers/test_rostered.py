"""Who stands here goes out as a roster, whatever is told of people, and comes in again without changing anything."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.models import Customer
from customers.rostered import rostered
from customers.sheets import HOUSEHOLDS, roster_out
from exchange import selectors, services
from exchange.models import ExportLimit, Phase
from exchange.sheets import Fate
from gridbank.context import request_scope
from grids.models import Area
from tests.customers.filling import ADULT, PHONE
from tests.exchange.exports import cells, made
from tests.exchange.files import stored
from tests.exchange.presenting.test_standing import HOSTILE
from tests.factories import AreaFactory, CustomerFactory, HouseholdFactory

WORDS = ("occupation", "workplace")
OF_HOME = ("group_name", "livestock", "vehicles", "business", "income_source", "other_banks")


@pytest.fixture
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def family(cast, word="", **more):
    area = Area.objects.filter(code="522727101201").first() or AreaFactory(code="522727101201")
    home = HouseholdFactory(
        grid=cast.grid_li, area=area, address=word[:200], policy_tags=["low_income", "veteran"], land_mu=Decimal("2.50"),
        house_type="brick", **dict.fromkeys(OF_HOME, word[:40]), **more,
    )  # fmt: skip
    told = dict.fromkeys(WORDS, word[:60])
    head = CustomerFactory(household=home, relation="head", gender="male", is_migrant=True, **told)
    CustomerFactory(household=home, relation="child", birth_date=date(2020, 5, 1), guardian=head)
    return home


def test_whatever_stands_there_goes_out_and_comes_in_unchanged(client, cast):
    for word in (*HOSTILE, "—", "无", "甲  乙", "丙 "):
        family(cast, word)
    for odd in ("=1+1", "甲 乙", "—", "阿不都·买买提"):
        CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), name=odd, relation="head")
    stands = Customer.objects.visible_to(cast.chen).count()
    for actor in (cast.zhao, cast.chen):
        client.force_login(actor)
        body = client.get("/exchange/out/households.xlsx").content
        batch, told = stored(actor, body, kind="households")
        assert not [(row.faults, row.values) for row in selectors.rows_out(batch, Phase.STORED, *Fate)]
        assert told == {"rows": told["rows"], "unchanged": told["rows"]}
        assert told["rows"] >= stands - 2


def test_it_tells_what_is_known_without_numbers_and_days_of_birth(cast):
    home = family(cast, "甲")
    Customer.objects.visible_to(cast.li).update(phone=PHONE)
    head, child = roster_out(cast.chen)
    assert head.items() >= {
        "household": home.code, "village": "522727101201", "group_name": "甲", "relation": "head", "gender": "male",
        "is_migrant": "yes", "wechat_added": "no", "land_mu": "2.5", "house_type": "brick", "address": "甲",
    }.items()  # fmt: skip
    assert child["guardian"] == head["name"]
    assert not {"id_number", "phone", "birth_date"} & {*head, *child}
    assert not {"address", "policy_tags"} & child.keys()


def test_only_whom_a_row_would_mean_is_in_it(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    for more in (
        {"name": "同名"},
        {"name": "同名"},
        {"died_on": date(2020, 1, 1)},
        {"restricted_at": timezone.now()},
    ):
        CustomerFactory(household=home, **more)
    one = CustomerFactory(household=home)
    CustomerFactory(household__grid=cast.grid_wu)
    assert list(rostered(actor=cast.chen)) == [one]
    assert list(rostered(actor=cast.zhao).filter(household=home)) == [one]
    assert not rostered(actor=cast.sun).exists()


@pytest.mark.usefixtures("_var")
def test_beyond_the_banks_limit_it_is_asked_for_and_comes_in_unchanged_with_its_numbers(client, cast):
    from customers import services as customers

    home = family(cast, "甲")
    customers.customer_create(
        actor=cast.li, household=home,
        data={"name": "曾小明", "relation": "other", "id_type": "resident", "id_number": ADULT, "phone": PHONE},
    )  # fmt: skip
    ExportLimit.objects.create(bank_id=cast.root.pk, rows=2)
    client.force_login(cast.chen)
    assert client.get("/exchange/out/households.xlsx").url == f"/exchange/exports/new/{HOUSEHOLDS.outlet}/"
    assert client.get(f"/exchange/exports/new/{HOUSEHOLDS.outlet}/").status_code == 200
    export = made(cast.chen, cast.zhao, name=HOUSEHOLDS.outlet, clear=["id_number", "phone"])
    with request_scope("test"):
        body = services.export_fetch(actor=cast.chen, export=export)
    assert {ADULT, PHONE} <= {cell for row in cells(body) for cell in row}
    assert stored(cast.chen, body, kind="households")[1] == {"rows": 3, "unchanged": 3}
