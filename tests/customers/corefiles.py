"""People with numbers, and files of other systems that tell of them."""

from datetime import date

from customers import services
from customers.models import Customer
from customers.pii import id_digest
from exchange.models import Batch
from tests.customers.numbers import id_number
from tests.exchange import files
from tests.exchange.files import xlsx
from tests.factories import CustomerFactory, HouseholdFactory


def numbered(grid, *, serial: int = 1, **more) -> Customer:
    """Somebody with an ID number, who lives in a grid."""
    number = id_number(born=date(1980, 5, 17), serial=serial % 1000, region="522727")
    values = {"id_type": "resident", "id_number": number, "id_digest": id_digest(number, grid.root_id)}
    home = more.pop("household", None) or HouseholdFactory(grid=grid)
    return CustomerFactory(household=home, birth_date=date(1980, 5, 17), **values, **more)


def stored(actor, kind: str, head: list[str], *rows) -> tuple[Batch, dict[str, int]]:
    return files.stored(actor, xlsx(head, *rows), kind=kind)


def five(cast) -> list[Customer]:
    return [numbered(cast.grid_li, serial=at, name=f"甲{at}") for at in range(1, 6)]


def compared(cast, people: list[Customer]) -> Batch:
    """One is confirmed, one refuted, one new, one waits, one is entered and in no file; a number is nobody's."""
    first, second, third, fourth, fifth = people
    for person, day in ((first, 20), (second, 21), (fourth, 1), (fifth, 22)):
        opened = date(2026, 10 if person is fourth else 11, day)
        services.customer_account_opened(actor=cast.li, customer=person, day=opened)
    rows = [
        [first.id_number, "2026-11-19"],
        [second.id_number, "2019-05-01"],
        [third.id_number, "2026-11-03"],
        [fourth.id_number, "2026-11-05"],
        ["522727198005170000", "2026-11-03"],
    ]
    return stored(cast.zhao, "accounts", ["身份证号", "开户日期"], *rows)[0]
