"""What a household's workbook holds of visits."""

from customers.leaves import Leaf
from customers.models import Household
from gridbank.listing import TAKEN, table_of
from people.models import User
from visits import selectors
from visits.presenting import lists


def paid(actor: User, household: Household) -> Leaf:
    """Return the visits of the household, the newest first, in the columns of the list."""
    wanted = selectors.Wanted(household_id=household.pk)
    rows = selectors.visit_list(actor=actor, wanted=wanted).order_by("-started_at", "-pk")[:TAKEN]
    headings, told = table_of(lists.VISITS.columns, lists.read(rows, actor=actor))
    return Leaf(str(lists.VISITS.title), headings, told)
