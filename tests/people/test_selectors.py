"""Who finds which account, token and lock."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from people import selectors, services
from people.enums import Role
from people.models import ApiToken
from people.tokens import token_digest
from tests.factories import UserFactory


def test_others_see_no_account(officers, li):
    UserFactory()
    for actor in (li, officers[Role.AUDITOR]):
        assert list(selectors.account_list(actor=actor)) == []


@pytest.fixture
def staff(officers, li):
    wang = UserFactory(
        username="wang", name="王磊", staff_no="W-9", is_active=False, last_login=timezone.now()
    )
    zhang = UserFactory(username="zhang", name="张伟", must_change_password=True, last_login=timezone.now())
    return {"li": li, "wang": wang, "zhang": zhang}


def found(actor, **filters):
    rows = selectors.account_list(actor=actor, **filters)
    return [user.username for user in rows if user.role not in {"sysadmin", "secadmin", "auditor"}]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["li", "wang", "zhang"]),
        ({"search": "ＷＡＮ"}, ["wang"]),
        ({"search": " 王磊 "}, ["wang"]),
        ({"search": "w-9"}, ["wang"]),
        ({"search": "W-"}, []),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"search": "\\"}, []),
        ({"role": "account_manager"}, ["li", "wang", "zhang"]),
        ({"role": "branch_manager"}, []),
        ({"state": "active"}, ["li", "zhang"]),
        ({"state": "disabled"}, ["wang"]),
        ({"state": "never"}, ["li"]),
        ({"state": "one_time"}, ["zhang"]),
        ({"state": "active", "search": "wang"}, []),
    ],
)
def test_accounts_are_found_by_name_number_role_and_state(staff, sysadmin, secadmin, filters, names):
    assert found(sysadmin, **filters) == names
    assert found(secadmin, **filters) == names


def test_who_never_came_and_is_closed_is_not_waited_for(staff, sysadmin):
    UserFactory(username="gone", is_active=False)
    UserFactory(username="late", is_active=False, must_change_password=True)
    assert found(sysadmin, state="never") == ["li"]
    assert found(sysadmin, state="one_time") == ["zhang"]


def test_an_officer_who_was_closed_sees_nothing_any_more(sysadmin):
    sysadmin.is_active = False
    assert not selectors.account_list(actor=sysadmin).exists()


@pytest.mark.parametrize(
    ("username", "staff_no", "taken"),
    [("li", "X", True), ("ＬＩ ", "X", True), ("new", "L1", True), ("new", "l1", True), ("new", "X", False)],
)
def test_a_name_and_a_number_are_taken_each_by_itself(db, username, staff_no, taken):
    UserFactory(username="li", staff_no="L1", is_active=False)
    assert selectors.is_taken(username=username, staff_no=staff_no) == taken


def test_tokens_are_ones_own_but_the_system_administrators_are_all(officers, sysadmin, secadmin, li):
    other = UserFactory()
    mine = services.token_create(actor=li, name="a", days=1).token
    later = services.token_create(actor=li, name="b", days=1).token
    theirs = services.token_create(actor=other, name="c", days=1).token
    assert list(selectors.token_list(actor=li)) == [later, mine]
    assert list(selectors.token_list(actor=sysadmin)) == [theirs, later, mine]
    assert list(selectors.token_list(actor=secadmin)) == []


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        ({}, True),
        ({"revoked_at": timezone.now()}, False),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, False),
    ],
)
def test_a_token_lives_until_it_is_revoked_or_ends(li, change, opens):
    made = services.token_create(actor=li, name="x", days=1)
    ApiToken.objects.update(**{"name": "x", **change})
    assert selectors.live_token_list(user=li).exists() == opens
    assert (selectors.live_token(digest=token_digest(made.secret)) is not None) == opens


def test_a_token_dies_with_its_account_and_never_opens_by_its_digest(li):
    made = services.token_create(actor=li, name="x", days=1)
    digest = token_digest(made.secret)
    assert selectors.live_token(digest=digest).user == li
    # who reads the table holds no key
    assert selectors.live_token(digest=token_digest(digest)) is None
    assert selectors.live_token(digest="") is None
    li.is_active = False
    li.save()
    assert selectors.live_token(digest=digest) is None


def test_a_lock_ends_a_quarter_of_an_hour_after_the_last_guess(db, settings):
    settings.AXES_COOLOFF_TIME = 0.25
    now = timezone.now()
    for minutes, username in ((9, "a"), (4, "a"), (1, "b")):
        row = AccessAttempt.objects.create(username=username, user_agent=str(minutes), failures_since_start=1)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=now - timedelta(minutes=minutes))
    assert selectors.lock_end(username="a") == now + timedelta(minutes=11)
    # nothing is known of this name: the answer is the same kind of answer
    ghost = selectors.lock_end(username="ghost") - timezone.now()
    assert timedelta(minutes=14) < ghost <= timedelta(minutes=15)
