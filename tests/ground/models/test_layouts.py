"""Whom a draft is shown, what stands once, and what the database itself refuses of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from ground.models import Layout, LayoutShape, LayoutVersion, Parcel
from tests import factories
from tests.ground.drafting import TODAY, opened

pytestmark = pytest.mark.django_db


def test_a_draft_is_seen_by_whoever_works_above_its_grids(cast, unguarded):
    row = opened(cast)
    for actor, sees in ((cast.zhao, True), (cast.chen, True), (cast.li, False), (cast.zhou, False)):
        assert Layout.objects.visible_to(actor).exists() == sees
        assert LayoutVersion.objects.visible_to(actor).exists() == sees
    assert (row.is_draft, row.is_under_way, row.is_come) == (True, True, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "submitted"},
        {"state": "signed"},
        {"state": "done"},
        {"done_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_state_without_its_names(cast, unguarded, changes):
    row = opened(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.filter(pk=row.pk).update(**changes)


def test_the_database_refuses_one_name_twice(cast, unguarded):
    row, now = opened(cast), timezone.now()
    names = {"submitted_by": cast.chen, "submitted_at": now, "signed_by": cast.chen, "signed_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.filter(pk=row.pk).update(state="signed", seal="1" * 64, **names)


@pytest.mark.parametrize("table", ["ground_layoutversion", "ground_layoutshape"])
def test_what_a_draft_said_is_only_added(cast, unguarded, table):
    LayoutShape.objects.create(layout=opened(cast), geojson={})
    for statement in (f"UPDATE {table} SET layout_id = layout_id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_grid_has_a_village_group_once_at_a_time(cast, unguarded):
    area = factories.AreaFactory(name="甲一村")
    first = Parcel.objects.create(grid=cast.grid_li, area=area, group_name="一组", valid_from=TODAY)
    assert str(first) == "甲一村 一组"
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.create(grid=cast.grid_li, area=area, group_name="一组", valid_from=TODAY)
    Parcel.objects.update(valid_to=TODAY - timedelta(days=1))
    Parcel.objects.create(grid=cast.grid_li, area=area, group_name="一组", valid_from=TODAY)
