"""The three officers' homes."""

from django.utils import timezone

from audit.services import record
from people.enums import Role
from tests.factories import (
    UserFactory,
)


def today():
    return timezone.localdate()


def home(client, user, query=""):
    client.force_login(user)
    page = client.get(f"/{query}")
    assert page.status_code == 200
    return page.text


def test_the_system_administrator_sees_who_can_not_sign_in_yet(client, db):
    made = UserFactory(name="新来的", must_change_password=True, one_time_until=timezone.now())
    UserFactory(name="离岗的", is_active=False)
    page = home(client, UserFactory(role=Role.SYSADMIN))
    waiting = page.split('id="waiting-title"')[1].split("</section>")[0]
    assert f'href="/people/{made.pk}/"' in waiting
    assert "一次性密码已过期" in waiting
    assert "离岗的" not in waiting
    for state, count in (("active", 2), ("one_time", 1), ("never", 1), ("disabled", 1)):
        card = page.split(f'href="/people/?state={state}"')[1].split("</a>")[0]
        assert f'<span class="stat__value">{count}</span>' in card
        rows = client.get(f"/people/?state={state}").text.split("<tbody>")[1]
        assert rows.count("<tr ") == count


def test_the_security_administrator_sees_how_many_hold_which_role(client, cast):
    page = home(client, UserFactory(role=Role.SECADMIN, name="安管"))
    roles = page.split('id="roles-title"')[1].split("</section>")[0]
    assert '<a href="/people/?role=account_manager">4</a>' in roles
    powerful = page.split('id="powerful-title"')[1].split("</section>")[0]
    assert "安管" in powerful
    assert cast.zhao.name in powerful
    assert cast.li.name not in powerful


def test_the_auditor_sees_what_was_refused_and_revealed(client, cast):
    record(actor=cast.li, action="customer.revealed")
    record(actor=cast.li, action="customer.opened")
    page = home(client, UserFactory(role=Role.AUDITOR))
    watched = page.split('id="watched-title"')[1].split("</section>")[0]
    row = watched.split("查看完整号码")[1].split("</tr>")[0]
    assert row.count(">1</a>") == 2
    assert f"/audit/?action=customer.revealed&amp;since={today()}" in row
    assert "查看家庭档案" not in watched
