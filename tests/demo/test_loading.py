"""The plan turned into rows, phase by phase."""

from collections import Counter, defaultdict
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import models
from django.db.models import F, Q

from customers.enums import Evidence
from customers.models import Claim
from demo import loading
from demo.bank import COUNTY
from demo.calendar import SCALES, Span
from demo.loading import WITHOUT_GRID, Loader, county_divisions
from gridbank.scoping import waive_scope
from performance.models import Period
from performance.services import verify_period
from tests.demo.seeded import PASSWORD, TODAY, seed


@pytest.mark.django_db
def test_six_months_are_ranked_and_their_proofs_hold():
    seed()
    with waive_scope("a test looks at every row"):
        periods = list(Period.objects.order_by("month").select_related("published_by", "locked_by"))
    assert [f"{period.month:%Y-%m}" for period in periods] == [
        "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip
    assert [period.status for period in periods[:6]] == ["locked"] * 5 + ["published"]
    assert {period.published_by.username for period in periods[:6]} == {"zhao"}
    assert {period.locked_by.username for period in periods[:5]} == {"qian"}
    for period in periods:
        assert verify_period(period).ok
    # somebody else looked at most of what people entered: the ranking is alive, and the list as well
    claims = Counter(models.QuerySet(Claim).values_list("state", flat=True))
    assert set(claims) == {Evidence.CLAIMED, Evidence.CONFIRMED, Evidence.REFUTED}
    assert claims[Evidence.CONFIRMED] > 0.8 * claims.total()
    witnesses = models.QuerySet(Claim).exclude(decided_by=None)
    assert not witnesses.filter(Q(decided_by=F("entered_by")) | Q(decided_by=F("earner"))).exists()


PHASES = ("plan", "people", "ground", "households", "visits", "holdings", "claims", "rankings")


def loader(tell=lambda _line: None, scale="tiny"):
    return Loader(seed=7, scale=SCALES[scale], span=Span(TODAY), now=None, password=PASSWORD, tell=tell)


def test_the_county_is_read_with_everything_in_it_and_what_it_lies_in():
    rows = {row.code: row for row in county_divisions()}
    assert all(code.startswith(COUNTY) or COUNTY.startswith(code) for code in rows)
    assert {row.level for row in rows.values()} >= {"county", "village"}
    villages = [row for row in rows.values() if row.level == "village"]
    assert len(villages) > 100
    assert all(row.parent in rows for row in villages)


@pytest.fixture
def phases(monkeypatch):
    """Replace each phase by a note that it was done."""
    done = []
    for name in PHASES:
        monkeypatch.setattr(Loader, f"_{name}", lambda _self, name=name: done.append(name))
    return done


def test_phases_are_done_in_order_and_each_tells_how_long_it_took(phases):
    told = []
    loader(told.append).run()
    assert phases == list(PHASES)
    assert [line.partition(":")[0] for line in told] == list(PHASES)
    assert all(line.endswith(" s") for line in told)


def test_after_a_phase_that_broke_nothing_goes_on_and_nothing_is_said_of_it(phases, monkeypatch):
    def broken(_self):
        raise LookupError

    monkeypatch.setattr(Loader, "_ground", broken)
    told = []
    with pytest.raises(LookupError):
        loader(told.append).run()
    assert phases == ["plan", "people"]
    assert len(told) == 2


def test_the_bank_is_older_than_its_months():
    assert loader().founded == date(2024, 4, 1)
    assert loader().founded < Span(TODAY).first


@pytest.fixture(scope="module")
def planned():
    """A loader that has its plan, and keys as a database would have given them."""
    one = loader()
    one._plan()
    one.users = {row.username: SimpleNamespace(pk=number) for number, row in enumerate(one.plan.staff, 1)}
    one.grids = {grid.code: SimpleNamespace(pk=number) for number, grid in enumerate(one.plan.grids, 1)}
    one.areas = defaultdict(lambda: SimpleNamespace(pk=1))
    return one


@pytest.mark.parametrize("scale", ["tiny", "demo", "county"])
def test_as_many_households_as_were_asked_for_live_somewhere(planned, scale, monkeypatch):
    monkeypatch.setattr(planned, "scale", SCALES[scale])
    counts = [count for _place, count in planned._places()]
    assert sum(counts) == SCALES[scale].households
    assert min(counts) >= 0


def test_a_few_hang_on_a_branch_until_somebody_decides(planned):
    places = [(place, count) for place, count in planned._places() if place.area_id is None]
    assert [count for _place, count in places] == [1] * WITHOUT_GRID
    assert len({place.code for place, _count in places}) == WITHOUT_GRID


def test_the_grids_that_are_shown_have_more_than_their_share(planned, monkeypatch):
    monkeypatch.setattr(planned, "scale", SCALES["demo"])
    leads = planned._leads()
    counts = {place.code: count for place, count in planned._places() if place.area_id}
    shown = [counts[code] for code, rows in leads.items() if rows and rows[-1].username in {"li", "wang"}]
    assert min(shown) > sum(counts.values()) / len(counts)


def test_the_same_seed_places_the_same_households(planned):
    def numbers():
        return [(place.code, count) for place, count in planned._places()]

    assert numbers() == numbers()


def test_months_are_published_by_one_and_locked_by_another(monkeypatch):
    done = []
    periods = SimpleNamespace(get=lambda month: month)
    monkeypatch.setattr(loading, "run_compute", lambda **how: done.append(("compute", how["month"].month)))
    monkeypatch.setattr(loading, "period_list", lambda **_how: periods)
    monkeypatch.setattr(loading, "look_at", lambda *_which: [])
    for name in ("period_publish", "period_lock"):
        monkeypatch.setattr(
            loading, name, lambda name=name, **how: done.append((name, how["period"].month, how["actor"]))
        )
    one = loader()
    one.grids, one.users = {"PT": None}, {"zhao": "zhao", "qian": "qian"}
    one._rankings()
    assert [step[1] for step in done if step[0] == "compute"] == [4, 5, 6, 7, 8, 9, 10]
    assert [step for step in done if step[0] == "period_publish"] == [
        ("period_publish", month, "zhao") for month in (4, 5, 6, 7, 8, 9)
    ]
    assert [step for step in done if step[0] == "period_lock"] == [
        ("period_lock", month, "qian") for month in (4, 5, 6, 7, 8)
    ]
