"""What the API tells of a month and a ranking, and what of it each may know."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from performance import services
from performance.api.serializers import PeriodSerializer, PublishSerializer, RankingSerializer
from performance.selectors import score_list
from tests.performance.world import MONTH

API = "/api/v1/"


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


def test_months_carry_their_proof(client, cast, run):
    client.force_login(cast.li)
    assert client.get(f"{API}periods/").json()["results"] == [
        {
            "id": run.period_id, "month": "2026-09", "status": "provisional", "scheme": str(run.scheme),
            "run": run.pk, "as_of": "2026-09-30", "facts_count": 45, "root_hash": run.root_hash,
        }
    ]  # fmt: skip


def told(actor, score):
    return RankingSerializer(score, context={"request": SimpleNamespace(user=actor)}).data


def of(actor, name):
    return score_list(actor=actor).get(subject_name=name)


def test_a_branchs_place_is_everybodys_and_a_colleagues_is_head_offices(cast, run):
    assert told(cast.chen, of(cast.chen, "东支行"))["rank_bank"] == of(cast.zhao, "东支行").rank_bank
    for actor, wanted in ((cast.chen, None), (cast.li, 1), (cast.zhao, 1)):
        assert told(actor, of(actor, "李娜"))["rank_bank"] == wanted
    assert told(cast.chen, of(cast.chen, "李娜"))["rank_branch"] == 1


def test_a_score_comes_with_its_lines_in_the_schemes_order(cast, run):
    score = of(cast.li, "李娜")
    said = told(cast.li, score)
    assert said["month"] == "2026-09"
    assert [line["indicator"] for line in said["lines"]] == list(
        run.scheme.items.values_list("indicator", flat=True)
    )
    assert Decimal(said["total"]) == sum(Decimal(line["points"]) for line in said["lines"])
    # the rows behind a line are asked for on their own, by who may see them
    assert not {"first_fact", "last_fact"} & set(said["lines"][0])


def test_a_month_that_is_not_computed_has_no_proof(cast):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    said = PeriodSerializer(period).data
    assert (said["month"], said["status"], said["scheme"]) == ("2026-09", "open", str(period.scheme))
    assert [said[name] for name in ("run", "as_of", "facts_count", "root_hash")] == [None] * 4


@pytest.mark.parametrize("serializer", [PeriodSerializer, RankingSerializer])
def test_what_is_told_is_never_written(serializer):
    assert [name for name, field in serializer().fields.items() if not field.read_only] == []


@pytest.mark.parametrize(
    ("run", "right"), [(1, True), ("7", True), (None, False), ("x", False), ("", False), ([], False)]
)
def test_whoever_publishes_names_the_computation(run, right):
    assert PublishSerializer(data={"run": run}).is_valid() is right
    assert not PublishSerializer(data={}).is_valid()
