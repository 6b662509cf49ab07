"""Every form that creates, sent twice as somebody does whose first answer was lost: one row, and the way to it."""

import re

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gridbank.once import FIELD, MADE
from tests.factories import HouseholdFactory
from tests.nets.forms import Form, forms_of
from tests.nets.frozen import read
from tests.nets.site import READERS, ROUTES, TRAILS, Route, World

METHODS_OF = dict(line.split(" | ")[:2] for line in read("routes.txt"))
POSTED = [route for route in ROUTES if not route.is_api and "POST" in METHODS_OF.get(route.name, "")]
# where the form of a route is shown that answers no GET
SHOWN_ON = {
    "customers:account-opened": "customers:household",
    "customers:app-milestone": "customers:household",
    "customers:claims-decide": "customers:claims",
    "customers:consent-give": "customers:household",
    "customers:consent-withdraw": "customers:household",
    "customers:search": "customers:list",
    "customers:twins-merge": "customers:twins",
    "exchange:columns": "exchange:batch",
    "exchange:export-decide": "exchange:exports",
    "grids:backdating-decide": "grids:backdatings",
    "grids:handover-sign": "grids:handover",
    "grids:handover-undo": "grids:handover",
    "grids:handover-visit": "grids:handover",
    "ground:layout-change": "ground:layout",
    "ground:layout-submit": "ground:layout",
    "ground:layout-undo": "ground:layout",
    "needs:new": "customers:household",
    "people:disable": "people:detail",
    "people:end-sessions": "people:detail",
    "people:reset-password": "people:detail",
    "people:role": "people:detail",
    "people:token-revoke": "people:tokens",
    "visits:held-aside": "visits:held",
}
# a form's first answer isn't always right
RIGHT = {
    **dict.fromkeys(
        [
            "customers:consent-withdraw",
            "people:disable",
            "people:end-sessions",
            "people:reset-password",
            "people:token-revoke",
        ],
        lambda _w: {"sure": "yes"},
    ),
    "customers:customer-new": lambda _w: {"relation": "child"},
    "customers:customers-new": lambda _w: {"people-0-relation": "child"},
    "customers:consent-give": lambda _w: {"purpose": "account"},
    "customers:claims-decide": lambda w: {"claims": w.row("claim", "mine").pk, "verdict": "2"},
    "customers:resettle": lambda w: {"code": HouseholdFactory(grid=w.cast.grid_li).code, "relation": "other"},
    "customers:household-move": lambda w: {"grid": w.cast.grid_wang.pk, "reason": "搬到乙村"},
    "customers:households-move": lambda w: {"grid": w.cast.grid_wang.pk, "reason": "划片调整"},
    "customers:household-new": lambda w: {"grid": w.cast.grid_li.pk},
    "grids:assignment-new": lambda w: {"user": w.cast.wang.pk, "part": "helper"},
    "grids:backdating-decide": lambda _w: {"sign": "no"},
    "grids:assign-ticked": lambda w: {"user": w.cast.wang.pk, "part": "helper", "sure": "yes"},
    "ground:register": lambda w: {"source": "村委会名册", f"grid_{w.cast.grid_li.pk}": "30"},
    "ground:point-new": lambda w: {"code": "V1", "grid": w.cast.grid_li.pk},
    "ground:point-close": lambda _w: {"reason": "商户搬走"},
    "performance:targets": lambda w: {f"assured_{w.cast.east.pk}": "30"},
    "ground:layout-undo": lambda _w: {"sure": "yes"},
    "grids:handover-new": lambda w: {"receiver": w.cast.wang.pk, "reason": "轮岗"},
    "grids:close": lambda _w: {"sure": "yes"},
    "grids:handover-undo": lambda _w: {"sure": "yes"},
    "grids:handover-visit": lambda _w: {"day": timezone.localdate().isoformat(), "people": "李娜、孙静"},
    "visits:correct": lambda _w: {"note": "多谈了一头牛"},
    "exchange:export-new": lambda _w: {"purpose": "向乡镇报送走访情况"},
}
# They wait for a state of their own, and their services say what sent twice is done once: people's own session and
# password, and what a month or an account can't be twice.
ELSEWHERE = {
    "customers:household-split": "who goes lives there no more, and the household's version is another",
    "customers:households-join": "nobody is left in the household that went",
    "customers:twins-reconsider": "a pair that waits again was denied by nobody",
    "customers:reveal": "shows a number and stores nothing but the trail's row",
    "dashboards:found": "who has founded a bank founds none again",
    "exchange:export-decide": "an export is decided once",
    "exchange:export-limit": "the same limit again changes nothing",
    "exchange:start": "a job is unique for its file",
    "exchange:stop": "what is stopped is stopped",
    "exchange:take": "a row that is in is no longer among those to be decided",
    "ground:layout-return": "only what is submitted is given back",
    "ground:layout-sign": "a layout is signed once",
    "people:login": "makes a session",
    "people:logout": "ends the session that it would be sent in",
    "people:password": "the second has a wrong current password",
    "people:enable": "only what is disabled can be enabled",
    "people:undo": "what is undone is not as it was when the button was made",
    "people:view-delete": "what is deleted is not there any more",
    "people:view-save": "the same name keeps the newer",
    "performance:lock": "a month is locked once",
    "performance:proof-verify": "a job is unique for its month",
    "performance:publish": "a month is published once",
    "performance:refresh": "a job is unique for its month",
    "performance:trail-verify": "a job is unique for the trail",
    "performance:verify": "a job is unique for its month",
}
# In this bank they have nothing to be done to: their forms carry keys, and come back.
WAITING = {
    "customers:death-undo": "nobody died",
    "customers:restriction-lift": "nobody's data are restricted",
    "customers:step-day": "nobody has an account or the app",
    "grids:close": "households belong to the grid",
}
# a visit's number is made with its form, and kept as long as the visit
BY_NUMBER = {"visits:new", "visits:correct"}
CREATING = {
    # who he was until yesterday is kept
    "customers:customer-edit",
    "customers:account-opened", "exchange:columns", "exchange:export-new", "exchange:new",
    "customers:consent-give", "customers:customer-new", "customers:customers-new", "customers:death", "customers:household-move", "customers:households-move",
    "customers:household-new", "customers:restrict", "customers:twins-merge", "grids:assignment-new", "grids:assign-ticked", "grids:duty-new", "grids:handover-new",
    "grids:handover-sign", "grids:handover-visit", "ground:layout-change", "ground:layout-draw", "ground:layout-new", "ground:point-new", "ground:register", "needs:new", "people:new", "people:tokens", "performance:targets", "visits:correct", "visits:new",
}  # fmt: skip


def rows() -> dict[str, int]:
    """Count every table that a person's work fills."""
    unseen = {*TRAILS, "gridbank.IdempotencyKey", "axes.AccessLog"}
    tables = [model for model in apps.get_models() if model._meta.label not in unseen]
    return {table._meta.label: table._base_manager.count() for table in tables}


def page_of(world: World, route: Route) -> str:
    """Return the page that shows a route's form, with all that it takes for it to be shown."""
    name = SHOWN_ON.get(route.name, route.name)
    (page,) = [each for each in ROUTES if each.name == name]
    for kind in (
        "customer",
        "consent",
        "backdating",
        "token",
        "held",
        "need",
        "claim",
        "handover",
        "layout",
        "point",
        "batch",
    ):
        world.row(kind, "mine")
    asked = {
        "visits:new": ("household", "household"),
        "needs:close-ticked": ("needs", "need"),
        "grids:handover-new": ("giver", "giver"),
        "grids:assign-ticked": ("grids", "ticked"),
        "customers:households-move": ("key", "household"),
    }.get(route.name)
    query = f"?{asked[0]}={world.row(asked[1], 'mine').pk}" if asked else ""
    return page.url(world.kwargs(page)) + query


def shown(world: World, route: Route) -> tuple[Client, Form]:
    """Return the form with somebody who is shown it."""
    page, wanted = page_of(world, route), route.url(world.kwargs(route))
    for name in READERS:
        if not route.admits(world.person(name)):
            continue
        client = world.client(name)
        for form in forms_of(page, client.get(page).text):
            if form.method == "post" and form.path == wanted:
                return client, form
    raise AssertionError(f"{page} shows no form of {route.name} to anybody: say in SHOWN_ON where it stands")


def sent(world: World, route: Route, form: Form) -> dict[str, str]:
    told = {**form.values(), **RIGHT.get(route.name, lambda _w: {})(world)}
    if route.name == "visits:new":
        told["started_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return told


def wrong_in(answer: HttpResponse) -> list[str]:
    return re.findall(r'field__error">([^<]+)|<h1>([^<]+)', answer.text)


def is_done(answer: HttpResponse) -> bool:
    return answer.status_code == 302 or MADE in answer


@pytest.mark.parametrize("route", [each for each in POSTED if each.name not in ELSEWHERE], ids=str)
def test_a_form_that_is_sent_twice_makes_one_row(world: World, route: Route):
    client, form = shown(world, route)
    data, before = sent(world, route, form), rows()
    first = client.post(form.action, data)
    after = rows()
    second = client.post(form.action, data)
    assert rows() == after, "the second made something as well"
    assert (after != before) == (route.name in CREATING), wrong_in(first) or "does it create, or not?"
    carries = getattr(route.view, "is_once", False)
    assert carries == (FIELD in form.fields), "the form's key and @once go together"
    if route.name in WAITING:
        assert first.status_code == second.status_code == 422
    elif carries:
        assert is_done(first), wrong_in(first)
        assert second.status_code == 302
        assert second["Location"] == (first.get("Location") or first[MADE])
    if route.name in CREATING:
        assert carries or route.name in BY_NUMBER


@pytest.mark.parametrize("name", sorted(CREATING - BY_NUMBER))
def test_other_words_in_a_form_that_was_saved_are_told(world: World, name: str):
    (route,) = [each for each in ROUTES if each.name == name]
    client, form = shown(world, route)
    data = sent(world, route, form)
    assert is_done(client.post(form.action, data))
    after = rows()
    answer = client.post(form.action, {**data, "another": "word"})
    assert (answer.status_code, rows()) == (409, after)
    assert "这份表单之前已经保存过" in answer.text


def test_the_exceptions_are_routes():
    known = {route.name for route in POSTED}
    assert set(ELSEWHERE) | set(SHOWN_ON) | set(RIGHT) | set(WAITING) | BY_NUMBER | CREATING <= known
