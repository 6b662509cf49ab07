"""Whatever somebody types, it stays text: in every field of every row, on every page."""

import json

import pytest
from django.db import models

from tests.nets.bank import built
from tests.nets.site import MAKE, ROUTES, Route, World

PAYLOAD = '</title></script><x-evil onload=alert(1)>"\' x-evil="1"{{7*7}}'
SHORT = "<x-evil>\"'"
KEPT = {
    "path", "hash", "previous_hash", "body", "body_hash", "digest", "password", "root_hash", "scores_hash", "subject_type",
    "source", "inputs", "kind", "indicator", "tier", "code_type", "pinyin", "initials", "username", "outlet", "file", "reach",
}  # fmt: skip


def poison(row: models.Model) -> None:
    """Put the payload into every free text of the row, past the forms."""
    changes = {}
    for field in row._meta.concrete_fields:
        if not isinstance(field, (models.CharField, models.TextField)) or field.choices or field.name in KEPT:
            continue
        # what a value is sealed to is given once, and typed by nobody
        if field.name in getattr(type(row), "sealed_to", ()):
            continue
        if field.primary_key or (field.unique and field.name not in {"code", "staff_no"}):
            continue
        if getattr(row, field.attname) is None or "digest" in field.name or "index" in field.name:
            continue
        room = field.max_length or 10_000
        text = PAYLOAD if room >= len(PAYLOAD) else SHORT if room >= len(SHORT) else "<x-evil"
        number = str(row.pk) if field.unique else ""
        changes[field.name] = f"{text[: room - len(number)]}{number}"
    for name, value in changes.items():
        setattr(row, name, value)
    models.QuerySet(type(row)).filter(pk=row.pk).update(**changes)


def poisoned() -> World:
    """Rows of every kind, all their texts hostile."""
    world = built()
    cast = world.cast
    rows = [world.row(kind, whose) for kind in MAKE for whose in ("mine", "theirs")]
    people = [cast.zhao, cast.chen, cast.li, cast.wu, *world.officers.values()]
    # what a guard keeps from being changed is made of texts that are poisoned elsewhere
    rows = [row for row in rows if row._meta.label != "grids.GridName"]
    for row in [*rows, *people, cast.root, cast.east, cast.west, cast.grid_li, cast.grid_wu]:
        poison(row)
    return world


BUILT = poisoned


@pytest.mark.parametrize("route", [route for route in ROUTES if route.roles and not route.is_api], ids=str)
def test_hostile_text_stays_text(world: World, route: Route):
    for name in ("zhao", "li", "sysadmin", "secadmin", "auditor"):
        if not route.admits(world.person(name)):
            continue
        response = world.client(name).get(route.url(world.kwargs(route, reader=name)))
        assert response.status_code in {200, 302, 400, 405}
        if response["Content-Type"].startswith("text/html"):
            assert "<x-evil" not in response.text
            assert '" x-evil="' not in response.text
            assert "</title></script>" not in response.text
        elif "json" in response["Content-Type"]:
            json.loads(response.text)


def test_the_payload_arrives_at_all(world: World):
    """Else the test above would prove nothing."""
    assert "&lt;x-evil" in world.client("sysadmin").get(f"/people/{world.cast.li.pk}/").text
