"""A bank's first day without any demo: from an empty database to three people's screens."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gridbank.scoping import waive_scope
from grids.models import Grid
from people.models import User
from tests.customers.filling import members_form

NEW_PASSWORD = "Broad-Valleys-2027"
PINGTANG = "522727"


@pytest.fixture
def server_room(db, capsys, tmp_path):
    """Run the commands of docs/operate.md and return the one-time passwords."""
    passwords = {}
    for number, (username, role) in enumerate(
        [
            ("boss", "head_office"),
            ("chief", "branch_manager"),
            ("field", "account_manager"),
            ("keeper", "sysadmin"),
        ]
    ):
        call_command("create_account", username, f"S{number}", f"员工{number}", role)
        passwords[username] = re.search(r": (\S+) \(", capsys.readouterr().out)[1]
    products = tmp_path / "products.csv"
    products.write_text(
        "code,name,name_en,category,on_sale\nFARM,农户贷款,Farm loan,loan,1\n", encoding="utf-8"
    )
    call_command("import_areas", "grids/data/guizhou-divisions.csv", county=PINGTANG)
    call_command("found_bank", "PT", "试点银行", PINGTANG, "boss")
    call_command("import_products", str(products))
    return passwords


def signed_in(username: str, password: str) -> Client:
    client = Client()
    client.post(reverse("people:login"), {"username": username, "password": password})
    client.post(
        reverse("people:password"),
        {"current_password": password, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
    )
    assert client.get("/").status_code == 200
    return client


def assign(client: Client, code: str, username: str) -> Grid:
    with waive_scope("a test looks at the whole tree"):
        grid = Grid.objects.get(code=code)
    data = {
        "user": User.objects.get(username=username).pk,
        "part": "lead",
        "valid_from": timezone.localdate(),
    }
    response = client.post(reverse("grids:assignment-new", args=[grid.pk]), data)
    assert response.status_code == 302, response.text
    return grid


def test_head_office_assigns_the_branch_the_branch_assigns_the_field_and_the_field_logs_its_first_visit(
    server_room,
):
    boss, chief, field = (signed_in(name, server_room[name]) for name in ("boss", "chief", "field"))
    branch = assign(boss, "PT03", "chief")
    grid = assign(chief, "PT03-01", "field")
    assert branch.name in chief.get("/").text

    household = {"grid": grid.pk, **members_form({"name": "户主甲", "relation": "head"})}
    opened = field.post(reverse("customers:household-new"), household)
    assert opened.status_code == 302, opened.text
    home = int(re.search(r"/households/(\d+)/", opened["Location"])[1])
    page = field.get(f"{reverse('visits:new')}?household={home}")
    visit = {
        "id": str(uuid.uuid4()), "met": "yes", "mode": "door", "note": "第一次走访",
        "customer": re.search(r'name="customer" value="(\d+)"', page.text)[1],
        "started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "offers-TOTAL_FORMS": 1, "offers-INITIAL_FORMS": 0, "offers-0-result": "accepted",
        "offers-0-product": re.search(r'<option value="(\d+)"[^>]*>农户贷款', page.text)[1],
        "needs-TOTAL_FORMS": 0, "needs-INITIAL_FORMS": 0,
        "next_on": timezone.localdate() + timedelta(days=30),
    }  # fmt: skip
    logged = field.post(f"{reverse('visits:new')}?household={home}", visit, follow=True)
    assert "第一次走访" in logged.text

    month = f"{timezone.localdate():%Y-%m}"
    call_command("rank_month", month)
    assert "100.0%" in field.get("/").text, "every household of the grid was met this month"
    assert "户主甲" in chief.get(reverse("visits:list")).text
    assert "试点银行" not in signed_in("keeper", server_room["keeper"]).get("/").text
    assert branch.name in boss.get("/").text
    ranking = boss.get(reverse("performance:period", args=[month]))
    assert "员工2" in ranking.text, "the account manager has a place in the ranking"
