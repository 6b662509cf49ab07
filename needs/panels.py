"""What a household's page shows of its needs."""

from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from customers.panels import Opened
from customers.policies import may_write
from grids.authority import Act
from needs.enums import NeedStatus
from needs.forms import NeedForm
from needs.selectors import household_needs

SHOWN_CLOSED = 5


def household_panel(opened: Opened) -> dict[str, Any]:
    """Return the household's open needs, the latest closed ones, and the form for a new one."""
    needs = household_needs(actor=opened.actor, household=opened.household)
    standing = [need for need in needs if need.status == NeedStatus.OPEN]
    form = NeedForm(actor=opened.actor, household=opened.household, auto_id="need_%s")
    form.offer(opened.people)
    count = len(standing)
    return {
        "may_raise": may_write(actor=opened.actor, household=opened.household, act=Act.NEED_RAISE),
        "may_close": may_write(actor=opened.actor, household=opened.household, act=Act.NEED_CLOSE),
        "open": standing,
        "closed": [need for need in needs if need.status != NeedStatus.OPEN][:SHOWN_CLOSED],
        "form": form,
        "today": timezone.localdate(),
        "note": ngettext("%(open)s open need", "%(open)s open needs", count) % {"open": count},
    }
