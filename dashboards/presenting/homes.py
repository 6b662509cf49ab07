"""From what a home's selector found to what its template shows: which home somebody opens."""

from collections.abc import Callable
from typing import Any

from dashboards import selectors
from dashboards.policies import Home, home_of
from dashboards.presenting import officers
from dashboards.presenting.bank import bank
from dashboards.presenting.branch import branch
from dashboards.presenting.manager import manager
from dashboards.presenting.parts import Asked
from grids.policies import may_found
from people.models import User
from people.policies import walks_grids

Page = tuple[str, dict[str, Any]]


def home(*, actor: User, form: Asked) -> Page:
    """Return the template and the context of a person's own home."""
    if not actor.is_business:
        return officers.home(actor=actor)
    if not selectors.is_assigned(actor=actor):
        return "dashboards/unassigned.html", {
            "walks_grids": walks_grids(actor),
            "may_found": may_found(actor),
        }
    pages: dict[Home, Callable[..., Page]] = {Home.BANK: bank, Home.BRANCH: branch, Home.MANAGER: manager}
    return pages[home_of(actor)](actor=actor, form=form)
