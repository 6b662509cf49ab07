"""The committed document says what the code does, and isn't for everybody."""

import re
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.factories import UserFactory
from tests.nets.site import ROUTES

DOCUMENT = settings.BASE_DIR / "docs" / "openapi.yaml"


def test_the_committed_document_is_the_generated_one_without_a_warning():
    out = StringIO()
    call_command("spectacular", "--lang", "en", "--validate", "--fail-on-warn", stdout=out)
    assert out.getvalue().strip() == DOCUMENT.read_text().strip(), "run make openapi"


def test_every_route_of_the_api_is_in_the_document():
    text = re.sub(r"\{\w+\}", "{}", DOCUMENT.read_text())
    missing = [
        route.name
        for route in ROUTES
        if route.is_api and route.name != "schema" and _address(route) not in text
    ]
    assert missing == []


def _address(route) -> str:
    from django.urls import get_resolver

    pattern = get_resolver().reverse_dict.getlist(route.name)[0][0][0][0]
    return "/" + re.sub(r"%\(\w+\)s", "{}", pattern)


def test_no_example_shows_a_number_of_a_person():
    assert not re.search(r"\d{17}[\dX]|1[3-9]\d{9}", DOCUMENT.read_text())


def test_there_is_no_browsable_api_and_no_admin(db):
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code == 404
    assert client.get("/metrics").status_code == 404
    answer = client.get("/api/v1/me/", headers={"accept": "text/html"})
    assert answer["Content-Type"].startswith("application/json")
