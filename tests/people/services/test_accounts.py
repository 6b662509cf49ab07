"""Opening accounts: what a row must be, from a page, a file or the server room."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEvent
from gridbank.errors import Refused
from people import services
from people.enums import Role
from people.models import User
from people.selectors import is_taken, people_by_number
from tests.factories import UserFactory
from tests.people.doors import NEW, audited


def test_one_time_passwords_differ(sysadmin):
    made = [
        services.account_create(actor=sysadmin, **{**NEW, "username": f"z{n}", "staff_no": f"{n}"})
        for n in range(3)
    ]
    assert len({password for _, password in made}) == 3


def test_the_service_refuses_an_officers_role_too(sysadmin):
    with pytest.raises(Refused):
        services.account_create(actor=sysadmin, **{**NEW, "role": "sysadmin"})


WRONG = [
    ({"username": ""}, "username"),
    ({"username": "a b"}, "username"),
    ({"username": "<script>"}, "username"),
    ({"username": "x" * 61}, "username"),
    ({"staff_no": ""}, "staff_no"),
    ({"staff_no": "；"}, "staff_no"),
    ({"staff_no": "1" * 21}, "staff_no"),
    ({"name": " "}, "name"),
    ({"name": "张" * 61}, "name"),
    ({"name": "张 13800138000"}, "name"),
    ({"staff_no": "13800138000"}, "staff_no"),
    ({"username": "13800138000"}, "username"),
    ({"username": "zhang522727196612279006"}, "username"),
    ({"role": "auditor"}, "role"),
    ({"role": "god"}, "role"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_page_row_and_service_refuse_the_same(signed, sysadmin, change, field):
    row = services.AccountRow(**{**NEW, **change})
    assert set(services.account_faults(actor=sysadmin, row=row)) == {field}
    response = signed(sysadmin).post("/people/new/", {**NEW, **change})
    assert set(response.context["form"].errors) == {field}
    for call in (
        lambda: services.account_check(actor=sysadmin, row=row),
        lambda: services.account_create(actor=sysadmin, **{**NEW, **change}),
        lambda: services.accounts_bulk_create(actor=sysadmin, rows=[services.AccountRow(**NEW), row]),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.field == field
    assert not User.objects.filter(staff_no=NEW["staff_no"]).exists()


def test_a_row_is_checked_without_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        row = services.AccountRow("ＺＨＡＮＧ", " A-7 ", " 张伟 ", "auditor")
        user = services.account_check(actor=None, row=row)
    assert (user.pk, user.username, user.staff_no, user.name) == (None, "zhang", "A-7", "张伟")


def test_many_accounts_are_opened_together_or_not_at_all(sysadmin):
    rows = [services.AccountRow(f"z{n}", f"Z{n}", "张伟", "account_manager") for n in range(3)]
    with pytest.raises(Refused, match="已被占用"):
        services.accounts_bulk_create(actor=sysadmin, rows=[*rows, rows[0]])
    with pytest.raises(Refused, match="z0: "):
        services.accounts_bulk_create(actor=sysadmin, rows=[rows[0]._replace(role="secadmin")])
    assert audited() == []
    users = services.accounts_bulk_create(actor=sysadmin, rows=rows)
    assert [(user.pk is not None, user.has_usable_password()) for user in users] == [(True, False)] * 3
    assert audited() == ["user.bulk_created"]


def test_the_server_room_may_make_the_first_officer(db):
    made = services.account_create(actor=None, **{**NEW, "role": "sysadmin"})
    assert made.user.role == "sysadmin"
    assert AuditEvent.objects.get().actor is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSADMIN])
def test_nobody_else_opens_many_accounts_at_once(db, role):
    with pytest.raises(PermissionDenied):
        services.accounts_bulk_create(actor=UserFactory(role=role), rows=[services.AccountRow(**NEW)])
    assert audited() == []


def test_two_of_the_same_name_in_one_file_are_one_too_many(sysadmin):
    rows = [
        services.AccountRow(**NEW),
        services.AccountRow(**{**NEW, "username": "ＺＨＡＮＧ", "staff_no": "B"}),
    ]
    with pytest.raises(Refused):
        services.accounts_bulk_create(actor=sysadmin, rows=rows)
    assert not User.objects.filter(username="zhang").exists()


def test_a_row_may_bring_its_password_and_be_closed(sysadmin):
    row = services.AccountRow(**NEW, encoded_password="md5$a$b", is_active=False)
    [user] = services.accounts_bulk_create(actor=sysadmin, rows=[row])
    user.refresh_from_db()
    assert (user.password, user.is_active) == ("md5$a$b", False)


def test_every_fault_of_a_row_is_said_at_once(sysadmin):
    row = services.AccountRow("a b", "；", "张 13800138000", "auditor")
    assert set(services.account_faults(actor=sysadmin, row=row)) == {"username", "staff_no", "name", "role"}
    # the server room opens the officers' accounts, but not for numbers
    assert set(services.account_faults(actor=None, row=row)) == {"username", "staff_no", "name"}
    assert set(services.account_faults(actor=None, row=row._replace(role="god"))) >= {"role"}


def test_a_staff_number_is_one_persons_whatever_its_case(sysadmin, cast):
    made = services.account_create(actor=sysadmin, **{**NEW, "staff_no": " qｘ0001"}).user
    assert made.staff_no == "QX0001"
    User.objects.filter(pk=made.pk).update(staff_no="qx0001")
    for number in ("QX0001", "qX0001"):
        row = services.AccountRow(**{**NEW, "username": "other", "staff_no": number})
        with pytest.raises(Refused):
            services.accounts_bulk_create(actor=sysadmin, rows=[row])
        assert is_taken(username="other", staff_no=number)
        assert people_by_number(staff_numbers=[number]) == {"QX0001": made}
    assert User.objects.filter(staff_no__iexact="qx0001").count() == 1
