"""What somebody typed stays where it is when his session ended, his form is too old or the server is away."""

import pytest

from gridbank.once import FIELD
from tests.nets.forms import Form, forms_of
from tests.nets.site import READERS, ROUTES, Route, World
from tests.nets.test_once import POSTED, page_of, shown

pytestmark = pytest.mark.once

# what is typed there is no text to be lost: it is typed anew for every try, and stands nowhere
PASSING = {"people:login", "people:password", "customers:search"}
PASSED = {route.url({}) for route in ROUTES if route.name in PASSING}
PAGES = [route for route in ROUTES if not route.is_api and route not in POSTED]


def loose(page: str, html: str) -> list[str]:
    """Return the forms of a page that lose words."""
    forms = [form for form in forms_of(page, html) if form.method == "post" and form.words]
    return [f"{form.path} {form.words}" for form in forms if form.path not in PASSED and not is_steady(form)]


def is_steady(form: Form) -> bool:
    posts_to_itself = form.given.get("hx-post") == form.action
    return (
        "data-steady" in form.given and bool(form.given.get("data-staff")) and posts_to_itself and form.tells
    )


@pytest.mark.parametrize("route", [*PAGES, *POSTED], ids=str)
def test_every_form_with_words_of_ones_own_is_steady(world: World, route: Route):
    page = page_of(world, route)
    for name in READERS:
        if route.admits(world.person(name)):
            answer = world.client(name).get(page)
            if answer["Content-Type"].startswith("text/html"):
                assert loose(page, answer.text) == []


# shown small on another page, they come back on one of their own
COME_BACK = {
    "customers:account-opened",
    "customers:app-milestone",
    "customers:consent-give",
    "needs:new",
    "visits:held-aside",
}


@pytest.mark.parametrize("route", [route for route in POSTED if route.name in COME_BACK], ids=str)
def test_a_form_that_came_back_is_steady_too(world: World, route: Route):
    client, form = shown(world, route)
    answer = client.post(form.action, {})
    assert answer.status_code == 422
    (back,) = [each for each in forms_of(form.action, answer.text) if each.path == form.path]
    assert is_steady(back)
    assert FIELD in back.fields
    assert loose(form.action, answer.text) == []


def test_the_net_sees_a_form_that_loses_words():
    html = '<form method="post"><textarea name="note"></textarea></form>'
    assert loose("/x/", html) == ["/x/ ['note']"]
    assert loose("/x/", html.replace("<form", '<form data-steady data-staff="1" hx-post="/x/"')) != []
