"""Of every form it is said whether a button takes it back, whether it asks first, or whether one enters it again."""

import inspect
import re

import pytest

from tests.nets.frozen import read
from tests.nets.site import ROUTES, Route

METHODS_OF = dict(line.split(" | ")[:2] for line in read("routes.txt"))
POSTED = {
    route.name: route for route in ROUTES if not route.is_api and "POST" in METHODS_OF.get(route.name, "")
}
# the message that tells of it carries the button
TAKEN_BACK = {
    "customers:household-move", "customers:households-move", "customers:twins", "customers:twins-merge", "ground:layout-change",
    "ground:layout-draw", "ground:layout-new", "ground:point-change", "ground:point-close", "ground:point-new", "grids:assign-ticked", "grids:assignment-end", "grids:assignment-new", "grids:duty-end",
    "grids:duty-new", "grids:handover-new", "grids:rename", "needs:close", "needs:close-ticked", "people:enable", "people:role",
    "people:view-delete",
}  # fmt: skip
# a page says what will be, and waits for a yes
ASKING = {
    "customers:consent-withdraw", "exchange:start", "ground:layout-undo", "grids:close", "grids:handover-undo", "people:disable", "people:end-sessions",
    "people:reset-password", "people:token-revoke", "performance:lock", "performance:publish",
}  # fmt: skip
# the form stands on a page of its own that says what it does, and wants a reason, a day or a name besides
SAYING = {
    "customers:death", "customers:death-undo", "customers:household-split", "customers:households-join", "customers:merge-undo", "customers:resettle", "customers:restrict", "customers:restriction-lift",
    "customers:step-day", "dashboards:found", "people:password", "visits:held-aside",
}  # fmt: skip
# a name is put under it, and the form says so
SIGNING = {
    "exchange:export-decide",
    "customers:claims-decide",
    "grids:backdating-decide",
    "grids:handover-sign",
    "ground:layout-sign",
    "ground:layout-submit",
    "performance:targets",
}
# what was entered is entered again, corrected with what it said before kept, or ended with a day; a file is put back whole
ENTERING = {
    "customers:account-opened", "customers:app-milestone", "customers:consent-give", "customers:customer-edit",
    "customers:customer-new", "customers:customers-new", "customers:household-edit",
    "customers:household-new", "customers:twins-reconsider", "exchange:columns", "exchange:expected", "exchange:export-limit", "exchange:export-new", "exchange:new", "exchange:stop", "exchange:take", "grids:handover-visit", "ground:layout-return", "ground:register", "needs:new", "people:new", "people:tokens",
    "people:view-save", "visits:correct", "visits:new",
}  # fmt: skip
# nothing is changed by them, or only for as long as one looks
LOOKING = {
    "customers:reveal", "customers:search", "dashboards:search", "people:login", "people:logout", "people:undo",
    "performance:proof-verify", "performance:refresh", "performance:trail-verify", "performance:verify",
}  # fmt: skip
KINDS = [TAKEN_BACK, ASKING, SAYING, SIGNING, ENTERING, LOOKING]


def code_of(route: Route) -> str:
    """Return a view's code, with that of its module's own functions that it calls."""
    view = inspect.unwrap(route.view)
    code, module = inspect.getsource(view), inspect.getmodule(view)
    called = set(re.findall(r"(?<![\w.])(\w+)\(", code))
    own = [one for name, one in vars(module).items() if inspect.isfunction(one) and name in called]
    return code + "".join(inspect.getsource(one) for one in own if one.__module__ == module.__name__)


def test_every_form_is_of_one_kind():
    said = [name for kind in KINDS for name in kind]
    assert sorted(said) == sorted(POSTED), "say of the new form how it is taken back, or what it asks"


@pytest.mark.parametrize("name", sorted(POSTED))
def test_it_does_what_is_said_of_it(name: str):
    code = code_of(POSTED[name])
    assert ("undoing.offer(" in code) == (name in TAKEN_BACK)
    assert ("unanswered(" in code) == (name in ASKING)
