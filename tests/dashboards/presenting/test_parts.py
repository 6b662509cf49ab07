"""What several homes show."""

from datetime import date

from tests.dashboards.ranked import household
from tests.factories import GridFactory
from tests.people import assign


def home(client, user):
    client.force_login(user)
    page = client.get("/")
    assert page.status_code == 200
    return page.text


def test_a_member_of_a_special_grid_counts_there_too(client, cast):
    from customers.models import SpecialMembership

    market = GridFactory(parent=cast.east, name="集市", nature="special", kind="market")
    assign(cast.sun, market)
    made = household(cast.grid_li, "赶集的钱六")
    SpecialMembership.objects.create(grid=market, household=made, since=date(2026, 1, 1))
    household(cast.grid_li, "不赶集的周七")
    page = home(client, cast.sun)
    row = page.split(f'<tr data-grid="{market.pk}">')[1].split("</tr>")[0]
    assert f'<a href="/customers/?grid={market.pk}">1</a>' in row
    assert "不赶集的周七" not in page
