"""The branch manager's home: his people, his blind spots, his ground."""

from tests.factories import CustomerFactory, VisitFactory


def home(client, user):
    client.force_login(user)
    page = client.get("/")
    assert page.status_code == 200
    return page.text


def test_a_branch_manager_sees_his_ground_and_nobody_elses(client, bank):
    page = home(client, bank.chen)
    for said in ("东支行", "甲村", "乙村", "李家湾的张三", "王家湾的赵四", "李娜", "王磊"):
        assert said in page
    for hidden in ("西支行", "丙村", "吴家湾的孙五", "吴峰"):
        assert hidden not in page


def test_never_visited_comes_before_long_unvisited(client, bank):
    page = home(client, bank.chen)
    blind = page.split('id="blind-title"')[1].split("</section>")[0]
    assert blind.index("李家湾的张三") < blind.index("王家湾的赵四")
    assert "从未走访" in blind
    assert "200 天前" in blind


def test_a_branch_manager_sees_who_has_been_out_today(client, bank):
    person = CustomerFactory(household__grid=bank.grid_li)
    VisitFactory(customer=person, staff=bank.li)
    VisitFactory(customer=CustomerFactory(household__grid=bank.grid_wu), staff=bank.wu)
    page = home(client, bank.chen)
    people = page.split('id="people-title"')[1].split("</section>")[0]
    wang, li = people.index("王磊"), people.index("李娜")
    # whoever reported nothing comes first
    assert wang < li
    assert "今日未登记" in people[wang:li]
    assert "1 次" in people[li:]
