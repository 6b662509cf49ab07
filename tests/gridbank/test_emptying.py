"""What a transactional test left is deleted, guarded or not; what migrating makes stays only as it was."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.timezone import localdate

from audit.models import AuditEvent
from grids.services import assignment_start
from people.models import User
from tests.emptying import Floor
from tests.people import make_cast

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def flushed():
    return []


@pytest.fixture
def floor(flushed):
    floor = Floor(flushed.append)
    floor.empty("first")
    return floor


def test_what_was_made_is_deleted_past_the_triggers_and_nothing_is_made_anew(floor, flushed):
    kinds = set(ContentType.objects.values_list("pk", flat=True))
    cast = make_cast()
    assignment_start(actor=cast.zhao, grid=cast.grid_li, user=cast.sun, part="helper", valid_from=localdate())
    assert AuditEvent.objects.exists()
    floor.empty("second")
    assert not AuditEvent.objects.exists()
    assert not User.objects.exists()
    assert set(ContentType.objects.values_list("pk", flat=True)) == kinds
    assert flushed == ["first"]


@pytest.mark.parametrize("change", [lambda rows: rows.delete(), lambda rows: rows.update(name="another")])
def test_a_floor_that_was_changed_is_laid_anew(floor, flushed, change):
    change(Permission.objects.filter(pk=Permission.objects.first().pk))
    floor.empty("second")
    assert flushed == ["first", "second"]
