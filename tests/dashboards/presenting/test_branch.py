"""The branch manager's home: his people first, then the households that nobody has met."""

from gridbank.days import month_before
from performance.models import Score
from tests.dashboards.ranked import household, month, today
from tests.factories import CustomerFactory, GridFactory, VisitFactory


def home(client, user):
    client.force_login(user)
    page = client.get("/")
    assert page.status_code == 200
    return page.text


def part(page, name):
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def test_a_branch_manager_sees_his_ground_and_nobody_elses(client, bank):
    page = home(client, bank.chen)
    for said in ("东支行", "甲村", "乙村", "李娜", "王磊"):
        assert said in page
    for hidden in ("西支行", "丙村", "吴峰"):
        assert hidden not in page


def test_people_come_first_who_has_not_been_out_before_the_others(client, bank):
    person = CustomerFactory(household__grid=bank.grid_li)
    VisitFactory(customer=person, staff=bank.li)
    VisitFactory(customer=CustomerFactory(household__grid=bank.grid_wu), staff=bank.wu)
    page = home(client, bank.chen)
    people = part(page, "people-title")
    wang, li = people.index("王磊"), people.index("李娜")
    assert wang < li
    assert "今日未登记" in people[wang:li]
    # one household is left of two
    assert "<strong>1</strong> / 2" in people[li:]
    assert page.index('id="people-title"') < page.index('id="blind-title"')


def test_who_has_not_been_out_is_pushed_with_words(client, bank):
    push = part(home(client, bank.chen), "people-title").split("<textarea")[1]
    assert "李娜（今日应访 1 户）、王磊" in push
    for one in (bank.li, bank.wang):
        VisitFactory(customer=CustomerFactory(household__grid=bank.grid_li), staff=one)
    assert "<textarea" not in part(home(client, bank.chen), "people-title")


def test_the_month_stands_against_ones_own_target(client, cast):
    first = today().replace(day=1)
    for one in (month_before(first, 1), first):
        month(cast, one, people=[(cast.li, cast.grid_li, cast.east), (cast.wang, cast.grid_wang, cast.east)])
    people = part(home(client, cast.chen), "people-title")
    own = Score.objects.visible_to(cast.chen).get(
        level="manager", subject_id=cast.li.pk, run__period__month=first
    )
    li = people.split('<th scope="row">')[1]
    # one of four households was met, 60 % are asked for
    assert f'href="/performance/{first:%Y-%m}/{own.pk}/visit_coverage/">1 / 3</a>' in li
    assert "持平" in li


def test_blind_spots_stand_by_grid_each_with_a_verb(client, bank):
    empty = GridFactory(parent=bank.east, name="空村")
    household(bank.grid_li, "从未甲")
    blind = part(home(client, bank.chen), "blind-title")
    li = blind.split(f'<tr data-grid="{bank.grid_li.pk}">')[1].split("</tr>")[0]
    never = f'href="/customers/?grid={bank.grid_li.pk}&amp;met=never"'
    assert li.count(never) == 2
    assert "<strong>2</strong>" in li
    vacant = blind.split(f'<tr data-grid="{empty.pk}">')[1].split("</tr>")[0]
    assert f'href="/grids/{empty.pk}/assignments/new/"' in vacant
    assert blind.index("甲村") < blind.index("乙村")
