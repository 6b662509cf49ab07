import pytest

from performance import services
from tests.factories import GridFactory
from tests.performance.world import MONTH, fill

API = "/api/v1/"


@pytest.fixture
def run(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH)


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


def test_a_place_within_the_bank_is_ones_own(client, cast, run):
    client.force_login(cast.li)
    rows = client.get(f"{API}rankings/?level=manager").json()["results"]
    # a peer group reaches over the bank as well
    for name in ("rank_bank", "rank_peer"):
        assert {row["subject_name"]: row[name] for row in rows} == {"李娜": 1, "王磊": None, "孙静": None}
    client.force_login(cast.zhou)
    (row,) = client.get(f"{API}rankings/?level=manager").json()["results"]
    assert (row["subject_name"], row["rank_bank"], row["rank_peer"], row["rank_branch"]) == (
        "吴峰",
        None,
        None,
        1,
    )


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=0000-01", "level=king"])
def test_unknown_values_are_refused(client, cast, run, query):
    client.force_login(cast.zhao)
    assert client.get(f"{API}rankings/?{query}").status_code == 400


def test_months_carry_their_proof(client, cast, run):
    client.force_login(cast.li)
    assert client.get(f"{API}periods/").json()["results"] == [
        {
            "id": run.period_id, "month": "2026-09", "status": "provisional", "scheme": str(run.scheme),
            "run": run.pk, "as_of": "2026-09-30", "facts_count": 45, "root_hash": run.root_hash,
        }
    ]  # fmt: skip


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
