"""The map and its data."""

import gzip
import json
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from shapely.geometry import box

from gridbank.scoping import waive_scope
from grids.models import Grid
from grids.services import GridRow, grids_bulk_create
from ground import services
from ground.drafts import sheet
from ground.geometry import partition, to_geojson
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory, UserFactory
from tests.ground.drafting import Villages, change, opened
from tests.ground.squares import give_ground, square

MAP, DATA = "/grids/map/", "/grids/map/data/"


def data(client, **query):
    response = client.get(DATA, query)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_the_three_officers_see_no_map(enter, db, role):
    client = enter(UserFactory(role=role))
    for address in (MAP, DATA):
        assert client.get(address).status_code == 403


def test_the_map_and_its_list_agree(cast, enter):
    give_ground(cast)
    today = timezone.localdate()
    HouseholdFactory(grid=cast.grid_li, last_met_on=today)
    HouseholdFactory(grid=cast.grid_li, last_met_on=today - timedelta(days=100))
    HouseholdFactory(grid=cast.grid_wu, last_met_on=today)
    client = enter(cast.zhao)
    found = data(client, measure="coverage")
    shown = {one["id"]: (one["properties"]["value"], one["properties"]["band"]) for one in found["features"]}
    assert shown == {
        cast.grid_li.pk: ("50.0%", 4),
        cast.grid_wang.pk: ("暂无数据", None),
        cast.grid_wu.pk: ("100.0%", 0),
    }
    assert found["illustrative"] is True
    assert len(found["points"]) == 3
    text = client.get(MAP, {"measure": "coverage"}).text
    rows = re.findall(r'<tr data-grid="(\d+)">.*?legend__key.*?</span>\s*(.*?)\s*</td>', text, re.DOTALL)
    assert rows == [
        (str(cast.grid_li.pk), "50.0%"),
        (str(cast.grid_wu.pk), "100.0%"),
        (str(cast.grid_wang.pk), "暂无数据"),
    ]


def test_where_nobody_was_ever_met_is_the_worst(cast, enter):
    give_ground(cast)
    today = timezone.localdate()
    HouseholdFactory(grid=cast.grid_li, last_met_on=today - timedelta(days=3))
    HouseholdFactory(grid=cast.grid_wang, last_met_on=today - timedelta(days=90))
    HouseholdFactory(grid=cast.grid_wu)
    client = enter(cast.zhao)
    bands = {o["id"]: o["properties"]["band"] for o in data(client, measure="days")["features"]}
    assert bands == {cast.grid_li.pk: 0, cast.grid_wang.pk: 4, cast.grid_wu.pk: 4}
    found = data(client, measure="days")
    assert [(one["colour"], one["count"]) for one in found["legend"]] == [
        (4, 2), (3, 0), (2, 0), (1, 0), (0, 1), ("none", 0), ("vacant", 0),
    ]  # fmt: skip


def test_branches_gather_their_grids(cast, enter):
    today = timezone.localdate()
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, 0.4))
    HouseholdFactory(grid=cast.grid_li, last_met_on=today)
    HouseholdFactory.create_batch(3, grid=cast.grid_wang)
    found = data(enter(cast.zhao), measure="coverage", level="branch")
    assert [(one["id"], one["properties"]["value"]) for one in found["features"]] == [(cast.east.pk, "25.0%")]


@pytest.mark.parametrize(
    ("who", "ids"), [("chen", ["grid_li", "grid_wang"]), ("li", ["grid_li"]), ("sun", [])]
)
def test_the_map_ends_where_sight_ends(cast, enter, who, ids):
    give_ground(cast)
    client = enter(getattr(cast, who))
    for query in ({}, {"bbox": "100,20,120,30"}, {"level": "manager"}):
        found = data(client, **query)
        assert {one["id"] for one in found["features"]} == {getattr(cast, name).pk for name in ids}
        assert len(found["points"]) == len(ids)
    text = client.get(MAP).text
    assert "丙村" not in text + json.dumps(found, ensure_ascii=False)


def test_a_grids_map_shows_the_neighbours_one_may_see(cast, enter):
    give_ground(cast)
    for who, ids in (("chen", {cast.grid_li.pk, cast.grid_wang.pk}), ("li", {cast.grid_li.pk})):
        found = data(enter(getattr(cast, who)), grid=cast.grid_li.pk)
        assert {one["id"] for one in found["features"]} == ids
        assert [o["id"] for o in found["features"] if o["properties"].get("focus")] == [cast.grid_li.pk]


def test_the_viewport_is_kept_to(cast, enter):
    give_ground(cast)
    found = data(enter(cast.zhao), bbox="107.21,25,107.29,25.1")
    assert [one["id"] for one in found["features"]] == [cast.grid_wu.pk]
    assert len(found["points"]) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"measure": "wealth"},
        {"level": "head_office"},
        {"grid": "987654"},
        {"grid": "x"},
        {"bbox": "1,2,3"},
        {"bbox": "nan,25,108,26"},
        {"bbox": "108,25,107,26"},
        {"bbox": "107,26,108,25"},
        {"bbox": "1e999,25,108,26"},
    ],
)
def test_a_question_that_makes_no_sense_is_a_400(cast, enter, query):
    client = enter(cast.zhao)
    assert client.get(DATA, query).status_code == 400
    # a page falls back on its first measure
    assert client.get(MAP, query).status_code == 200


def test_a_foreign_grid_in_the_query_is_as_absent(cast, enter):
    client = enter(cast.chen)
    answers = [client.get(DATA, {"grid": pk}) for pk in (cast.grid_wu.pk, 987654)]
    assert [one.status_code for one in answers] == [400, 400]
    assert answers[0].content == answers[1].content


def test_hostile_names_stay_text(cast, enter):
    give_ground(cast)
    hostile = "</script><img src=x onerror=alert(1)>"
    with waive_scope("a test"):
        Grid.objects.filter(pk=cast.grid_li.pk).update(name=hostile)
    client = enter(cast.zhao)
    for address in (MAP, cast.grid_li.get_absolute_url()):
        assert "<img" not in client.get(address).text
    response = client.get(DATA)
    assert response["Content-Type"] == "application/geo+json"
    assert hostile in {one["properties"]["name"] for one in response.json()["features"]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_asks_the_same_number_of_queries(cast, enter, django_assert_num_queries, count):
    grids = GridFactory.create_batch(count, parent=cast.west)
    services.boundaries_bulk_set(
        actor=None, boundaries={grid.pk: square(107 + i) for i, grid in enumerate(grids)}
    )
    for grid in grids:
        HouseholdFactory(grid=grid)
    client = enter(cast.zhao)
    with django_assert_num_queries(15):
        data(client, measure="coverage")
    with django_assert_num_queries(10):
        assert client.get(MAP).status_code == 200


@pytest.mark.slow
def test_two_thousand_grids_fit_into_150_kilobytes(cast, enter):
    rows = [
        GridRow(f"V{i:04}", f"第{i}号村", "manager", date(2020, 1, 1), cast.west.code) for i in range(2000)
    ]
    made = grids_bulk_create(actor=None, rows=rows)
    cells = partition(box(106.8, 25.4, 107.7, 26.2), 2000)
    boundaries = {grid.pk: to_geojson(cell) for grid, cell in zip(made.values(), cells, strict=True)}
    services.boundaries_bulk_set(actor=None, boundaries=boundaries, illustrative=True)
    client = enter(cast.zhao)
    response = client.get(DATA, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= 150_000
    assert len(json.loads(gzip.decompress(response.content))["features"]) == 2000


def test_a_picture_beside_other_things_is_light_and_has_no_points(client, cast):
    give_ground(cast)
    client.force_login(cast.zhao, backend="django.contrib.auth.backends.ModelBackend")
    whole, small = (client.get(DATA, given).json() for given in ({}, {"rough": "on"}))
    assert len(whole["points"]) == 3
    assert small["points"] == []
    assert [one["properties"] for one in small["features"]] == [
        one["properties"] for one in whole["features"]
    ]
    assert {one["properties"]["branch"] for one in whole["features"]} == {cast.east.pk, cast.west.pk}


def page_of(row):
    return f"/grids/layouts/{row.pk}/draw/"


def send(client, row, op, **given):
    told = {"op": op, "version": row.version, "form_key": str(uuid4()), **given}
    return client.post(page_of(row), told)


@pytest.fixture
def draft(cast, unguarded):
    villages = Villages(cast)
    give_ground(cast)
    row = opened(cast)
    row.villages = villages
    return row


def test_a_draft_is_drawn_on_by_who_may_cut_there(cast, enter, draft):
    client = enter(cast.chen)
    line = json.dumps({"type": "LineString", "coordinates": [[106.9, 25.06], [107.2, 25.06]]})
    answer = send(client, draft, "cut", cell=draft.villages.li, line=line, name="甲北")
    assert (answer.status_code, answer["Location"]) == (302, page_of(draft))
    draft.refresh_from_db()
    found = sheet(actor=cast.chen, layout=draft)
    assert {found.cells[key].name for key in found.grounds} == {"甲村", "甲北", "乙村"}
    shape = json.dumps(square(107.11, 25.01, 0.02))
    send(client, draft, "new", name="集市", shape=shape, follow="on")
    draft.refresh_from_db()
    send(client, draft, "draw", cell="n2", shape=json.dumps(square(107.11, 25.01, 0.03)), follow="on")
    draft.refresh_from_db()
    send(client, draft, "merge", cell="n2", into=draft.villages.wang)
    draft.refresh_from_db()
    send(client, draft, "rename", cell=draft.villages.wang, name="乙大村")
    draft.refresh_from_db()
    found = sheet(actor=cast.chen, layout=draft)
    assert {cell.name for cell in found.open_cells} == {"甲村", "甲北", "乙大村"}
    assert (draft.version, found.must) == (6, [])
    send(client, draft, "back")
    draft.refresh_from_db()
    assert {cell.name for cell in sheet(actor=cast.chen, layout=draft).open_cells} == {"甲村", "甲北", "乙村"}
    text = client.get(page_of(draft)).text
    assert "甲北" in text
    data = client.get(f"{page_of(draft)}ground/").json()
    assert {one["name"] for one in data["cells"]} == {"甲村", "甲北", "乙村"}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("", "请先在地图上画，或填写坐标。"),
        ("nothing", "这不是 GeoJSON。"),
        ("[" * 5_000, "这不是 GeoJSON。"),
        ("9" * 5_000, "边界必须"),
        ('{"type": "Polygon", "coordinates": [[[1%s, 25], [108, 25], [108, 26]]]}' % ("0" * 400), "有限数"),
        ('{"type": "Polygon", "coordinates": [[[107, 25], [108, 26], [108, 25], [107, 26], [107, 25]]]}', "自相交叉"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_in_the_form_that_was_sent_and_nothing_is_lost(cast, enter, draft, shape, said):
    answer = send(enter(cast.chen), draft, "new", name="集市", shape=shape)
    assert answer.status_code == 422
    form = answer.text.partition('<details data-form="new" open>')[2].partition("</details>")[0]
    assert said in form
    assert 'value="集市"' in form
    assert shape.replace('"', "&quot;") in form
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_draft_that_was_changed_meanwhile_is_looked_at_again(cast, enter, draft):
    client = enter(cast.chen)
    newer = change("rename", draft, cast.zhao, cell=draft.villages.li, name="甲大村")
    shape = json.dumps(square(107.11, 25.01, 0.02))
    given = {"name": "集市", "shape": shape, "follow": "on", "version": 1}
    answer = send(client, draft, "new", **given)
    assert answer.status_code == 422
    form = answer.text.partition('<details data-form="new" open>')[2].partition("</details>")[0]
    assert "草稿" in form
    # the page shows what it is now, and the next try is about that
    assert 'name="version" value="2"' in form
    newer.refresh_from_db()
    assert newer.version == 2
    assert send(client, newer, "new", **given | {"version": 2}).status_code == 302


def test_strangers_and_lookers_on_draw_nothing(cast, enter, draft):
    shape = json.dumps(square(107.11, 25.01, 0.02))
    for who, seen in ((cast.li, 403), (cast.sun, 403)):
        client = enter(who)
        assert client.get(page_of(draft)).status_code == seen
        assert client.get(f"{page_of(draft)}ground/").status_code == seen
        assert send(client, draft, "new", name="集市", shape=shape).status_code == seen
    other = UserFactory(role="branch_manager")
    AssignmentFactory(grid=cast.west, user=other, part="deputy")
    client = enter(other)
    assert client.get(page_of(draft)).status_code == 404
    assert client.get(f"{page_of(draft)}ground/").status_code == 404
    assert send(client, draft, "new", name="集市", shape=shape).status_code == 404
    helper = UserFactory(role="branch_manager")
    AssignmentFactory(grid=cast.east, user=helper, part="helper")
    client = enter(helper)
    text = client.get(page_of(draft)).text
    assert 'data-tool="new"' not in text
    assert send(client, draft, "new", name="集市", shape=shape).status_code == 403
