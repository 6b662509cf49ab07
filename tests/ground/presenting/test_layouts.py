"""The pages of drafts: today beside it, the list, loads, findings, names."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Household
from ground import services
from ground.models import Layout
from tests import factories
from tests.ground.drafting import TODAY, Villages, change, come, opened
from tests.ground.squares import give_ground, square
from tests.ground.test_outlines import collection
from tests.nets.forms import forms_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def villages(cast, unguarded):
    return Villages(cast)


def page(client, row, **query):
    return client.get(reverse("ground:layout", args=[row.pk]), query)


def sent(client, row, op, **values):
    address = reverse("ground:layout-change", args=[row.pk])
    row.refresh_from_db()
    return client.post(address, {"op": op, "version": row.version, **values}, follow=True)


def test_a_branch_is_cut_from_the_first_page_to_its_day(cast, villages, enter):
    client = enter(cast.chen)
    form = {"grid": cast.east.pk, "name": "明年重划", "first_day": TODAY.isoformat()}
    client.post(reverse("ground:layout-new"), form)
    row = Layout.objects.get()
    sent(client, row, "found", name="甲二格", places=[villages.whole.key, villages.two.key])
    sent(client, row, "rename", cell=villages.li, name="甲一格")
    text = sent(client, row, "move", cell=villages.wang, places=[villages.one.key]).text
    assert "存为草稿 4" in text
    assert "甲二格" in text
    client.post(
        reverse("ground:layout-submit", args=[row.pk]), {"version": 4, "first_day": TODAY.isoformat()}
    )
    assert "起草或提交的人不能签字" in page(client, row).text
    assert enter(cast.zhao).post(reverse("ground:layout-sign", args=[row.pk])).status_code == 302
    assert services.layouts_due() == 1
    assert Household.objects.filter(grid__name="甲二格").count() == 6
    assert "已生效" in page(client, row).text


def test_what_was_typed_comes_back_with_what_is_wrong(cast, villages, enter):
    client, row = enter(cast.chen), opened(cast)
    answer = sent(client, row, "found", name="甲村")
    assert answer.status_code == 422
    assert "已有同名网格" in answer.text
    for data in ({"places": ["x"], "cell": villages.li}, {"cell": villages.li}):
        answer = sent(client, row, "move", **data)
        assert answer.status_code == 422
        assert "请先勾选" in answer.text


def test_the_button_and_the_message_undo_the_last_change(cast, villages, enter):
    client, row = enter(cast.chen), opened(cast)
    answer = sent(client, row, "rename", cell=villages.li, name="新甲")
    (token,) = [
        form.values()["undo"] for form in forms_of("/", answer.text) if form.path == reverse("people:undo")
    ]
    assert "已撤销上一步" in client.post(reverse("people:undo"), {"undo": token}, follow=True).text
    sent(client, row, "rename", cell=villages.li, name="新甲")
    assert "已撤销上一步" in sent(client, row, "back").text
    row.refresh_from_db()
    assert row.version == 5


def test_the_list_is_narrowed_by_words_grid_and_change(cast, villages, enter):
    client, row = enter(cast.chen), opened(cast)
    row = change("move", row, cast.chen, places=[villages.two], cell=villages.wang)
    assert page(client, row).text.count('name="places"') == 4
    assert page(client, row, q="一组").text.count('name="places"') == 2
    assert page(client, row, cell=villages.wang).text.count('name="places"') == 2
    assert page(client, row, moved="on").text.count('name="places"') == 1


def test_loads_and_maps_show_today_and_the_draft(cast, villages, enter):
    give_ground(cast)
    client, row = enter(cast.chen), opened(cast)
    row = change("merge", row, cast.chen, cell=villages.li, into=villages.wang)
    text = page(client, row).text
    assert text.count("layout-map__cell--changed") == 1
    assert text.count('<path class="layout-map__cell') >= 2
    assert "+9" in text


def test_findings_that_have_a_place_stand_on_the_map(cast, villages, enter):
    give_ground(cast)
    Household.objects.filter(pk=villages.homes[0].pk).update(longitude=107.15, latitude=25.05)
    text = page(enter(cast.chen), opened(cast)).text
    assert "layout-map__mark--remind" in text
    assert "甲村 有 1 户的位置在 乙村 界内" in text


def test_it_asks_before_a_signed_one_is_taken_back(cast, villages, enter):
    row = change("rename", opened(cast), cast.chen, cell=villages.li, name="新甲")
    row = change("submit", row, cast.chen, first_day=TODAY + timedelta(days=3))
    services.layout_sign(actor=cast.zhao, layout=row)
    client, address = enter(cast.chen), reverse("ground:layout-undo", args=[row.pk])
    assert "什么都不变" in client.post(address).text
    row.refresh_from_db()
    assert row.state == "signed"
    client.post(address, {"sure": "yes"})
    row.refresh_from_db()
    assert row.state == "undone"


def test_what_could_not_be_put_in_force_says_why(cast, villages, enter):
    row = change("merge", opened(cast), cast.chen, cell=villages.li, into=villages.wang)
    row = change("submit", row, cast.chen, first_day=TODAY)
    row = come(services.layout_sign(actor=cast.zhao, layout=row))
    factories.HouseholdFactory(grid=cast.grid_li, area=villages.third, group_name="九组")
    assert services.layouts_due() == 0
    text = page(enter(cast.chen), row).text
    assert "未能生效" in text
    assert "九组" in text


def test_who_may_not_draft_sees_nothing_to_press(cast, villages, enter):
    row = opened(cast)
    helper = factories.UserFactory(role="branch_manager")
    factories.AssignmentFactory(user=helper, grid=cast.east, part="helper")
    text = page(enter(helper), row).text
    assert 'name="places"' not in text
    assert reverse("ground:layout-submit", args=[row.pk]) not in text
    assert enter(cast.li).get(reverse("ground:layout", args=[row.pk])).status_code == 403
    assert enter(cast.zhou).get(reverse("ground:layout", args=[row.pk])).status_code == 404
    assert "明年重划" in enter(helper).get(reverse("ground:layouts")).text
    assert "明年重划" not in enter(cast.zhou).get(reverse("ground:layouts")).text


def test_boundaries_are_brought_by_a_file_from_the_page(cast, villages, enter):
    client, row = enter(cast.chen), opened(cast)
    features = ({"name": "甲村"}, square(107)), ({"name": "乙村"}, square(107.05))
    brought = SimpleUploadedFile("grids.geojson", collection(*features))
    text = sent(client, row, "bring", file=brought, datum="wgs84", strangers="refused").text
    assert "存为草稿 2" in text
    # the overlap has a place, and each number of the list stands on the map
    assert "重叠" in text
    told = re.findall(r'findings__number">(\d+)<', text)
    marks = re.findall(r'layout-map__sign" y="6">(\d+)<', text)
    assert marks
    assert set(marks) <= set(told)
    brought = SimpleUploadedFile("grids.zip", b"PK nothing")
    answer = sent(client, row, "bring", file=brought, datum="wgs84", strangers="refused")
    assert answer.status_code == 422
    assert "Shapefile 已损坏" in answer.text
    row.refresh_from_db()
    assert row.version == 2
