"""People with numbers, and files of other systems that tell of them."""

from datetime import date

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
