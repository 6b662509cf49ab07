"""What the forms of the people app refuse, and with which sentence."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from people.enums import BUSINESS_ROLES
from people.forms import AccountFilterForm, AccountForm, SignInForm, TokenForm
from people.models import ApiToken, User
from tests.factories import UserFactory
from tests.people.doors import GENERIC, NEW, PASSWORD, audited, new_password, sign_in


@pytest.mark.parametrize(
    "change",
    [
        {"username": "li"},
        {"username": "ＬＩ"},
        {"staff_no": "T-LI"},
        {"username": ""},
        {"username": "a b"},
        {"username": "<script>"},
        {"name": ""},
        {"role": "auditor"},
        {"role": "god"},
        {"staff_no": "1\n"[:1] + "；"},
    ],
)
def test_bad_accounts_are_refused_with_a_reason(signed, sysadmin, li, change):
    User.objects.filter(pk=li.pk).update(staff_no="T-LI")
    before = User.objects.count()
    response = signed(sysadmin).post("/people/new/", {**NEW, **change})
    assert response.status_code == 422
    assert "field__error" in response.text or "alert--bad" in response.text
    assert (User.objects.count(), audited()) == (before, [])


@pytest.mark.parametrize("days", [0, 91, -1, "x", ""])
def test_a_token_lives_for_ninety_days_at_most(signed, li, days):
    assert signed(li).post("/accounts/tokens/", {"name": "x", "days": days}).status_code == 422
    assert not ApiToken.objects.exists()


def test_wrong_unknown_and_disabled_look_the_same(client, li):
    disabled = UserFactory(username="gone", is_active=False)
    disabled.set_password(PASSWORD)
    disabled.save()
    pages = [
        sign_in(client, *pair)
        for pair in (("li", "no"), ("nobody", "no"), ("gone", PASSWORD), ("gone", "no"))
    ]
    plain = {
        re.sub(r'(name="csrfmiddlewaretoken" value|value|nonce)="[^"]*"', "", page.text) for page in pages
    }
    assert {page.status_code for page in pages} == {200}
    assert len(plain) == 1
    assert GENERIC in plain.pop()


def test_an_unknown_name_costs_a_password_hash_too(client, li, mocker_hash):
    sign_in(client, "nobody", "no")
    unknown = mocker_hash()
    sign_in(client, "li", "no")
    assert unknown == mocker_hash() == 1


@pytest.fixture
def mocker_hash(monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    calls = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: calls.append(1) or plain(*args))

    def count():
        found = len(calls)
        calls.clear()
        return found

    return count


def test_a_one_time_password_lapses(client, li):
    User.objects.filter(pk=li.pk).update(one_time_until=timezone.now() - timedelta(seconds=1))
    response = sign_in(client)
    assert response.status_code == 200
    assert GENERIC in response.text


@pytest.mark.parametrize(
    "new",
    ["Short-1", "password1234", "gridbank-for-ever", "平塘农商银行二零二七年", "493710285617", PASSWORD],
)
def test_weak_or_unchanged_passwords_are_refused(client, li, new):
    sign_in(client)
    assert client.post(reverse("people:password"), new_password(PASSWORD, new)).status_code == 422
    assert User.objects.get(pk=li.pk).check_password(PASSWORD)


def test_the_current_password_is_needed_and_guesses_are_counted(client, li):
    sign_in(client)
    answers = [client.post(reverse("people:password"), new_password("wrong")).status_code for _ in range(10)]
    assert answers == [422] * 9 + [429]
    kept = "".join(row.post_data for row in AccessAttempt.objects.all())
    assert "Broad-Valleys" not in kept
    assert User.objects.get(pk=li.pk).check_password(PASSWORD)


def test_a_closed_account_is_refused_by_the_form_itself(li):
    """The backend turns it away already; a second backend might not."""
    form = SignInForm()
    form.confirm_login_allowed(li)
    for change in ({"is_active": False}, {"one_time_until": timezone.now()}):
        user = User.objects.get(pk=li.pk)
        for name, value in change.items():
            setattr(user, name, value)
        with pytest.raises(ValidationError) as refused:
            form.confirm_login_allowed(user)
        assert GENERIC in refused.value.messages[0]
    li.one_time_until = timezone.now() + timedelta(minutes=1)
    form.confirm_login_allowed(li)


def own(client, **data):
    response = client.post(reverse("people:password"), {**new_password(PASSWORD), **data})
    return {field: list(errors) for field, errors in response.context["form"].errors.items()}


def test_each_fault_of_a_new_password_stands_beside_its_field(signed, li):
    client = signed(li)
    assert list(own(client, current_password="")) == ["current_password"]
    assert list(own(client, current_password="wrong")) == ["current_password"]
    assert list(own(client, new_password2="Broad-Valleys-2028")) == ["new_password2"]
    assert list(own(client, new_password1="", new_password2="")) == ["new_password1", "new_password2"]
    assert list(own(client, new_password1=PASSWORD, new_password2=PASSWORD)) == ["new_password1"]
    assert list(own(client, current_password=PASSWORD + " ")) == ["current_password"]


@pytest.mark.parametrize(
    ("query", "valid"),
    [
        ({}, True),
        ({"state": "never", "role": "auditor", "q": "李"}, True),
        ({"state": "gone"}, False),
        ({"role": "god"}, False),
        ({"q": "x" * 61}, False),
    ],
)
def test_the_lists_questions_are_the_ones_it_knows(query, valid):
    assert AccountFilterForm(query).is_valid() == valid


def test_a_field_that_is_wrong_by_itself_is_told_once(sysadmin):
    form = AccountForm({**NEW, "username": "x" * 61, "name": ""}, actor=sysadmin)
    assert {field: len(errors) for field, errors in form.errors.items()} == {"username": 1, "name": 1}


def test_a_name_is_said_to_be_taken_only_when_the_rest_is_right(sysadmin, li):
    assert list(AccountForm({**NEW, "username": "ＬＩ"}, actor=sysadmin).errors) == ["__all__"]
    assert list(AccountForm({**NEW, "username": "li", "name": ""}, actor=sysadmin).errors) == ["name"]


def test_the_page_offers_no_officers_role(sysadmin):
    offered = {role for role, _label in AccountForm(actor=sysadmin).fields["role"].choices}
    assert offered == BUSINESS_ROLES


@pytest.mark.parametrize("name", ["", "x" * 61, "客户 13800138000", "11010519491231002X", " "])
def test_what_a_token_may_be_called(name):
    assert list(TokenForm({"name": name, "days": 30}).errors) == ["name"]
    assert TokenForm({"name": "报表", "days": 30}).is_valid()
