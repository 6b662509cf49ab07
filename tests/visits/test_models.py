"""What the database keeps of visits: whom they may be shown, and what no row may say."""

import ast
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

import visits
from gridbank.scoping import UnscopedQueryError, waive_scope
from people.enums import Role
from people.models import User
from tests.factories import VisitFactory
from tests.visits.bodies import full_body
from tests.visits.stored import one
from visits.models import HeldVisit, Visit, VisitVersion

ROOM = Path(visits.__file__).parent
OFFICERS = [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR]


def version_of(visit, number=1):
    return VisitVersion.objects.create(
        visit=visit,
        version=number,
        body="{}",
        reason="记错了",
        replaced_at=timezone.now(),
        replaced_by=visit.staff,
    )


def held_by(user, **fields):
    values = {"visit_id": uuid.uuid4(), "reason": "clock", "body": "{}", "body_hash": "0" * 64}
    return HeldVisit.objects.create(staff=user, received_at=timezone.now(), **{**values, **fields})


def seen(model, actor):
    return set(model.objects.visible_to(actor))


def test_a_visit_and_what_it_said_are_seen_with_the_household(cast, person):
    visit = VisitFactory(customer=person, staff=cast.wu)
    version = version_of(visit)
    for actor, sees in (
        (cast.li, True), (cast.chen, True), (cast.zhao, True),
        # he made it, and the household isn't his any more
        (cast.wu, False), (cast.wang, False), (cast.zhou, False), (cast.sun, False),
    ):  # fmt: skip
        assert seen(Visit, actor) == ({visit} if sees else set()), actor
        assert seen(VisitVersion, actor) == ({version} if sees else set()), actor


def test_a_held_body_is_seen_by_who_sent_it_alone(cast):
    mine = held_by(cast.li)
    assert seen(HeldVisit, cast.li) == {mine}
    for actor in (cast.chen, cast.zhao, cast.wang, cast.wu):
        assert seen(HeldVisit, actor) == set()


@pytest.mark.parametrize("role", OFFICERS)
def test_an_officer_sees_not_even_what_he_once_sent(cast, person, role):
    held_by(cast.li)
    VisitFactory(customer=person, staff=cast.li)
    cast.li.role = role
    cast.li.save()
    officer = User.objects.get(pk=cast.li.pk)
    assert (seen(HeldVisit, officer), seen(Visit, officer)) == (set(), set())


@pytest.mark.parametrize("model", [Visit, VisitVersion, HeldVisit])
def test_nothing_is_read_without_a_reader(db, model):
    with pytest.raises(UnscopedQueryError):
        list(model.objects.all())


def test_texts_are_sealed_where_they_lie(cast, person):
    visit = VisitFactory(customer=person, note="谈到买牛")
    version_of(visit)
    held_by(cast.li, body='{"note":"谈到买牛"}')
    for model, column in ((Visit, "note"), (VisitVersion, "body"), (HeldVisit, "body")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
            ((stored,),) = cursor.fetchall()
        assert stored
        assert "买牛" not in str(stored)
        assert "{" not in str(stored)
    assert (one(Visit).note, one(HeldVisit).body) == ("谈到买牛", '{"note":"谈到买牛"}')


def refused(change):
    with (
        waive_scope("a test writes what no row may say"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        change()


def test_a_version_is_ended_once(cast, person):
    visit = VisitFactory(customer=person)
    version_of(visit)
    refused(lambda: version_of(visit))
    assert version_of(visit, 2).version == 2
    assert version_of(VisitFactory(customer=person)).version == 1


def test_one_body_waits_once_for_each_who_sent_it(cast):
    first = held_by(cast.li)
    refused(lambda: held_by(cast.li, visit_id=first.visit_id))
    assert held_by(cast.wang, visit_id=first.visit_id)
    assert held_by(cast.li, visit_id=first.visit_id, body_hash="1" * 64)


def test_nothing_is_put_aside_without_a_reason(cast, parked):
    held = one(HeldVisit)
    held.put_aside_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save()
    held.put_aside_reason = "已另行登记"
    held.save()


def test_an_id_is_taken_for_good(cast, person):
    visit = VisitFactory(customer=person)
    refused(lambda: VisitFactory(customer=person, pk=visit.pk).save(force_insert=True))


@pytest.mark.parametrize("whose", ["customer", "household", "staff", "grid"])
def test_whoever_a_visit_names_stays(cast, person, whose):
    visit = VisitFactory(customer=person, staff=cast.sun)
    with waive_scope("a test deletes"), pytest.raises(ProtectedError):
        getattr(visit, whose).delete()


def test_the_newest_stand_first_and_of_equal_ones_the_greater_key(cast, person):
    at = timezone.now()
    made = [
        VisitFactory(customer=person, pk=uuid.UUID(int=number, version=4), started_at=at - age)
        for number, age in ((1, at - at), (2, at - at), (3, timedelta(hours=1)))
    ]
    assert list(Visit.objects.visible_to(cast.li)) == [made[1], made[0], made[2]]


def test_a_visit_says_its_day_and_way_and_where_its_page_is(cast, person):
    visit = VisitFactory(customer=person, mode="phone")
    assert str(visit) == f"{visit.day} 电话"
    assert visit.get_absolute_url() == reverse("visits:detail", args=[visit.pk])
    assert str(version_of(visit, 3)) == f"{visit.pk} v3"


def test_every_column_of_a_body_is_one_of_the_visit():
    assert set(full_body().columns()) <= {field.attname for field in Visit._meta.concrete_fields}


def names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield node.arg
        elif isinstance(node, ast.Constant):
            yield node.value


def test_a_field_is_named_in_three_files_at_most():
    """A field that no rule speaks of: what a page doesn't word itself it draws as the model names it."""
    found = {
        str(path.relative_to(ROOM))
        for path in ROOM.rglob("*.py")
        if "migrations" not in path.parts and "accuracy_m" in set(names(path))
    }
    # its place on the page and its bounds in the document are its own
    worded = {"presenting/bodies.py", "api/serializers.py"}
    assert found - worded == {"body.py", "models.py", "forms/recording.py"}
