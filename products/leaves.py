"""What a household's workbook holds of products."""

from django.utils.translation import gettext as _

from customers.leaves import Leaf
from customers.models import Household
from people.models import User
from products import selectors


def held(actor: User, household: Household) -> Leaf:
    """Return what the household's people hold today: of a balance its band, of an account no number."""
    rows = selectors.holding_list(actor=actor).filter(customer__household=household)
    rows = rows.order_by("product__category", "product__code", "since", "pk")
    headings = [_("Product"), _("Person"), _("opened on"), _("balance band")]
    told = [[one.product.label, one.customer.name, one.since, one.get_balance_display()] for one in rows]
    return Leaf(_("Held today"), headings, told)
