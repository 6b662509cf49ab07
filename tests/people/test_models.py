"""People and tokens as the database keeps them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from people.enums import BUSINESS_ROLES, Role
from people.models import ApiToken, User, canonical_username


def test_the_database_knows_the_roles(li):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=li.pk).update(role="sysadmin,auditor")


def test_create_user_folds_the_name(db):
    assert (
        User.objects.create_user("ＺＨＡＮＧ ", staff_no="9", name="张", role="auditor").username == "zhang"
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zhang", "zhang"),
        ("ZHANG", "zhang"),
        ("ｚｈａｎｇ", "zhang"),
        ("　Zhang　", "zhang"),
        ("zhang\n", "zhang"),
        ("STRASSE", canonical_username("straße")),
        ("张伟", "张伟"),
        ("", ""),
    ],
)
def test_a_name_is_one_name_however_it_is_typed(typed, name):
    assert canonical_username(typed) == name
    assert canonical_username(canonical_username(typed)) == name


@pytest.mark.parametrize("typed", ["LI", " ｌｉ "])
def test_a_person_is_found_by_any_spelling(li, typed):
    assert User.objects.get_by_natural_key(typed) == li


@pytest.mark.parametrize("typed", [None, "", "l", "lii", "%"])
def test_no_name_finds_nobody(li, typed):
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(typed)


def test_without_a_password_nobody_signs_in_as_the_new_person(db):
    user = User.objects.create_user("neu", staff_no="9", name="新", role="auditor")
    assert not user.has_usable_password()
    assert not user.check_password("")
    assert User.objects.create_user("alt", "x", staff_no="10", name="旧", role="auditor").check_password("x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "a b"),
        ("username", "li\n"),
        ("username", "a/b"),
        ("username", "x" * 61),
        ("staff_no", "7\n"),
        ("staff_no", "７"),
        ("staff_no", "7 7"),
        ("staff_no", "1" * 21),
        ("name", "名" * 61),
        ("role", "god"),
    ],
)
def test_what_a_name_and_a_number_may_hold(field, value):
    user = User(username="li", staff_no="7", name="李娜", role="auditor", password="!")
    rest = {"password_changed_at", "one_time_until"}
    user.clean_fields(exclude=rest)
    setattr(user, field, value)
    with pytest.raises(ValidationError) as refused:
        user.clean_fields(exclude=rest)
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("change", [{"username": "li"}, {"staff_no": "L1"}, {"staff_no": ""}])
def test_the_database_takes_neither_a_second_name_nor_a_missing_number(li, change):
    User.objects.filter(pk=li.pk).update(staff_no="L1")
    fields = {"username": "wang", "staff_no": "W1", "name": "王磊", "role": "auditor"}
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(**{**fields, **change})


def test_a_session_outlives_another_name_but_not_another_password_role_or_epoch(li):
    before = li.get_session_auth_hash()
    li.name = "李娜娜"
    assert li.get_session_auth_hash() == before
    hashes = {before}
    for field, value in (("role", "auditor"), ("session_epoch", 1), ("password", "!other")):
        setattr(li, field, value)
        hashes.add(li.get_session_auth_hash())
    assert len(hashes) == 4


def test_what_the_session_is_compared_with_gives_nothing_away(li):
    assert li.password not in li.get_session_auth_hash()


@pytest.mark.parametrize("role", Role)
def test_who_works_with_customers(role):
    assert User(role=role).is_business == (role in BUSINESS_ROLES)


def test_a_token_is_named_never_shown(li):
    token = ApiToken(user=li, name="报表", digest="d" * 64)
    assert str(token) == "李娜 报表"
    assert str(li) == "李娜"
    assert li.get_absolute_url() == f"/people/{li.pk}/"
