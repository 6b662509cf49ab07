import pytest

from performance import services
from tests.factories import GridFactory
from tests.performance.world import MONTH

API = "/api/v1/"


def names(response):
    return {row["subject_name"] for row in response.json()["results"]}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("zhao", {"李娜", "王磊", "孙静", "吴峰", "东支行", "西支行", "总行"}),
        ("chen", {"李娜", "王磊", "孙静", "东支行"}),
        ("li", {"李娜", "王磊", "孙静", "东支行"}),
        ("wu", {"吴峰", "西支行"}),
    ],
)
def test_rankings_are_the_same_part_as_on_the_page(client, cast, run, who, seen):
    client.force_login(getattr(cast, who))
    assert names(client.get(f"{API}rankings/")) == seen
    assert names(client.get(f"{API}rankings/?month=2026-09")) == seen
    assert names(client.get(f"{API}rankings/?month=2026-08")) == set()


def test_only_the_current_computation_is_told(client, cast, run):
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    client.force_login(cast.zhao)
    rows = client.get(f"{API}rankings/?level=bank").json()["results"]
    assert [row["subject_name"] for row in rows] == ["总行"]


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=0000-01", "month=", "level=king", "level="])
def test_unknown_values_are_refused(client, cast, run, query):
    client.force_login(cast.zhao)
    assert client.get(f"{API}rankings/?{query}").status_code == 400


def test_jobs_are_those_of_ones_own_bank(client, cast, run):
    services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH, again=True)
    services.request_month(actor=None, bank=GridFactory(tier="head_office", parent=None), month=MONTH)
    client.force_login(cast.chen)
    assert [row["subject"] for row in client.get(f"{API}jobs/").json()["results"]] == [
        f"{cast.root.code}:2026-09"
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_rankings_ask_the_same_number_of_queries(client, cast, run, django_assert_num_queries, count):
    client.force_login(cast.zhao)
    client.get(f"{API}rankings/")
    with django_assert_num_queries(5):
        assert len(client.get(f"{API}rankings/?page_size={count}").json()["results"]) == count
