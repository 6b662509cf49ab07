"""Every act, asked by every role, by every part, from every place; and the services behind it, called by the same.

Who may stands in `powers.txt`, act by act: what a change opens shows in the diff. What the table says no to, its
services refuse, and leave the whole database as it was.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gridbank.context import request_scope
from grids.authority import Act, may, why_not
from grids.models import Grid
from people.enums import BUSINESS_ROLES, THREE_OFFICERS, Role
from people.models import User
from tests import factories
from tests.grids.telling import two_leads_allowed
from tests.nets.bank import built
from tests.nets.calling import CALLS, MONTH, given
from tests.nets.site import World, ledger
from tests.nets.test_services import refused
from tests.performance.calls import computed

PARTS = ("lead", "deputy", "helper")
LAST = date(2099, 12, 31)
# of a part that is over, and of one that is to come
DAYS = {"ended": {"valid_to": date(2024, 12, 31)}, "future": {"valid_from": date(2099, 1, 1)}}


@dataclass(frozen=True)
class Caller:
    """Somebody with one part in one place, or with none."""

    user: User
    role: str
    part: str
    place: str


def ground(world: World) -> dict[str, Grid]:
    """Return the grids that are asked about, and those from which somebody asks, by name."""
    cast = world.cast
    market = factories.GridFactory(parent=cast.east, nature="special", kind="market")
    market.special_members.create(household=world.row("household", "mine"), since=market.valid_from)
    abroad = factories.GridFactory(tier="head_office", parent=None)
    return {
        "root": cast.root,
        "branch": cast.east,
        "grid": cast.grid_li,
        "special": market,
        "next grid": cast.grid_wang,
        "next branch": cast.west,
        "next branch's grid": cast.grid_wu,
        "another bank": abroad,
        "another bank's branch": factories.GridFactory(tier="branch", parent=abroad),
    }


TARGETS = ("root", "branch", "grid", "special")


def callers(places: dict[str, Grid]) -> list[Caller]:
    """Return everybody: each role, with each part, in each place, today and on other days; and with none."""
    # a lead of each kind in the same grids: who may is asked of each by himself
    with two_leads_allowed():
        found = [Caller(factories.UserFactory(role=role), role, "none", "nowhere") for role in Role]
        # an officer has no part; whoever became one may still have his old one
        found += [
            caller(role, "lead", "root", places["root"], valid_to=LAST) for role in sorted(THREE_OFFICERS)
        ]
        for role in sorted(BUSINESS_ROLES):
            for part in PARTS:
                for place, grid in places.items():
                    found.append(caller(role, part, place, grid, valid_to=LAST))
                for place in TARGETS:
                    for when, days in DAYS.items():
                        day = {"valid_to": LAST, **days}
                        found.append(caller(role, part, f"{place} ({when})", places[place], **day))
    return found


def caller(role: str, part: str, place: str, grid: Grid, **days: date) -> Caller:
    user = factories.UserFactory(role=role)
    factories.AssignmentFactory(user=user, grid=grid, part=part, **days)
    return Caller(user, role, part, place)


@dataclass
class Crowd(World):
    """The bank with everybody who may be asked, and the grids they are asked about."""

    places: dict[str, Grid] = field(default_factory=dict)
    asked: list[Caller] = field(default_factory=list)


def crowded() -> Crowd:
    world = built()
    places = ground(world)
    return Crowd(world.cast, world.officers, world.made, places=places, asked=callers(places))


BUILT = crowded


def test_who_may_is_who_was_agreed(shared: Crowd, frozen):
    places, everybody, lines = shared.places, shared.asked, []
    with request_scope("r"):
        for act in Act:
            for target in TARGETS:
                powers: dict[tuple[str, str], list[str]] = defaultdict(list)
                for one in everybody:
                    if may(one.user, act, places[target]):
                        powers[one.role, one.place].append(one.part)
                lines += grouped(f"{act} | {target}", powers)
    assert {line.partition(" | ")[0] for line in lines} == set(Act), "an act that nobody may"
    assert [line for line in lines if "(" in line or "nowhere" in line or "another bank" in line] == []
    frozen("powers.txt", sorted(lines))


def grouped(head: str, powers: dict[tuple[str, str], list[str]]) -> list[str]:
    """Return a line for each role and the parts that reach equally far."""
    far: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (role, place), parts in powers.items():
        far[role, " ".join(parts)].append(place)
    return [f"{head} | {role} | {parts} | {', '.join(each)}" for (role, parts), each in far.items()]


def test_whoever_may_not_hears_why_and_of_another_bank_no_name(shared: Crowd):
    places = shared.places
    names = set(
        User.objects.filter(assignments__grid__in=[places["root"], places["branch"]]).values_list(
            "name", flat=True
        )
    )
    with request_scope("r"):
        for one in shared.asked:
            for act in Act:
                told = why_not(one.user, act, places["grid"])
                assert bool(told) != may(one.user, act, places["grid"])
                if "another bank" in one.place or one.place == "nowhere":
                    assert not [name for name in names if name in told], one


Target = Callable[[World, dict[str, Any]], Grid | None]


@dataclass(frozen=True)
class Behind:
    """A service, the acts that calling it takes, and in which grid; `arguments` where those of CALLS don't do."""

    service: str
    acts: tuple[Act, ...]
    target: Target = lambda w, _given: w.cast.grid_li
    arguments: Callable[[World], dict[str, Any]] | None = None


def root(w: World, _given: Any) -> Grid:
    return w.cast.root


def branch(w: World, _given: Any) -> Grid:
    return w.cast.east


def named(key: str) -> Target:
    return lambda _w, given: given[key]


def asked_for(_w: World, given: dict[str, Any]) -> Grid:
    return given["backdating"].grid


def again(w: World) -> dict[str, Any]:
    return {"bank": computed(w).grid, "month": MONTH, "again": True}


def head_office(w: World) -> dict[str, Any]:
    user = factories.UserFactory(role="head_office")
    return {"grid": w.cast.grid_li, "user": user, "part": "helper", "valid_from": timezone.localdate()}


def handed_over(w: World) -> dict[str, Any]:
    """A grid with one lead: the callers lead the others as well."""
    lead = factories.AssignmentFactory(grid=factories.GridFactory(parent=w.cast.east))
    return {"grid": lead.grid, "user": w.cast.sun, "first_day": timezone.localdate()}


def anothers(w: World) -> dict[str, Any]:
    """What somebody who calls nothing is credited with."""
    day = timezone.localdate()
    opened = {"customer_since": day - timedelta(days=1), "opened_by": w.cast.sun}
    person = factories.CustomerFactory(household=w.row("household", "mine"), **opened)
    return {"customer": person, "version": 1, "step": "customer_since", "day": day, "reason": "日期写错"}


MONTHS, GRIDS, PEOPLE = "performance.services.", "grids.services.", "customers.services."
BEHIND = [
    Behind(f"{MONTHS}months.period_open", (Act.MONTH_REFRESH,), root),
    Behind(f"{MONTHS}months.period_publish", (Act.MONTH_PUBLISH,), root),
    Behind(f"{MONTHS}months.period_lock", (Act.MONTH_LOCK,), root),
    Behind(f"{MONTHS}months.target_set", (Act.TARGET_SET,), root),
    Behind(f"{MONTHS}targets.targets_write", (Act.TARGET_WRITE,), named("grid")),
    Behind(f"{MONTHS}runs.run_compute", (Act.MONTH_REFRESH,), root),
    Behind(f"{MONTHS}runs.request_month", (Act.MONTH_REFRESH,), root),
    Behind(f"{MONTHS}runs.request_month", (Act.MONTH_RECOMPUTE,), root, again),
    Behind(f"{MONTHS}proofs.request_verification", (Act.MONTH_VERIFY,), root),
    Behind(f"{MONTHS}exporting.period_export", (Act.MONTH_EXPORT,), root),
    # each bank's head office makes its own
    Behind(f"{MONTHS}schemes.scheme_create", (Act.SCHEME_MAKE,), lambda _w, _given: None),
    Behind(f"{MONTHS}schemes.scheme_activate", (Act.SCHEME_SIGN,), root),
    Behind(f"{GRIDS}assignments.assignment_start", (Act.GRID_ASSIGN,), named("grid")),
    Behind(f"{GRIDS}assignments.assignment_start", (Act.GRID_ASSIGN, Act.HEAD_OFFICE_ASSIGN), arguments=head_office),
    Behind(f"{GRIDS}assignments.assignment_transfer", (Act.GRID_ASSIGN,), named("grid"), handed_over),
    Behind(f"{GRIDS}backdating.backdating_ask", (Act.GRID_ASSIGN,), named("grid")),
    Behind(f"{GRIDS}backdating.backdating_sign", (Act.BACKDATING_SIGN,), asked_for),
    Behind("exchange.services.exporting.export_decide", (Act.EXPORT_SIGN,), root),
    Behind(f"{GRIDS}backdating.backdating_refuse", (Act.BACKDATING_SIGN,), asked_for),
    Behind(f"{GRIDS}keeping.grid_rename", (Act.GRID_KEEP,), named("grid")),
    Behind(f"{GRIDS}keeping.grid_close", (Act.GRID_KEEP,), named("grid")),
    Behind(f"{GRIDS}keeping.grid_close_ask", (Act.GRID_KEEP,), named("grid")),
    Behind(f"{GRIDS}assignments.duty_create", (Act.GRID_DUTY,)),
    Behind(f"{GRIDS}assignments.duty_end", (Act.GRID_DUTY,)),
    Behind(f"{GRIDS}undoing.duty_take_back", (Act.GRID_DUTY,)),
    Behind(f"{GRIDS}undoing.duty_resume", (Act.GRID_DUTY,)),
    Behind(f"{GRIDS}grids.grid_create", (Act.GRID_FOUND,), named("parent")),
    Behind(f"{GRIDS}grids.grids_bulk_create", (Act.GRID_FOUND,), lambda w, _given: w.cast.east),
    Behind(f"{GRIDS}grids.duties_bulk_create", (Act.GRID_DUTY,)),
    Behind("ground.services.points.service_points_bulk_create", (Act.POINT_ADD,), lambda w, _given: w.cast.east),
    Behind("ground.services.points.service_point_add", (Act.POINT_ADD,), lambda w, _given: w.cast.grid_li),
    Behind("ground.services.points.service_point_change", (Act.POINT_ADD,), lambda w, _given: w.cast.grid_li),
    Behind("ground.services.points.service_point_close", (Act.POINT_ADD,), lambda w, _given: w.cast.grid_li),
    Behind("ground.services.points.service_point_reopen", (Act.POINT_ADD,), lambda w, _given: w.cast.grid_li),
    Behind("ground.services.points.service_point_withdraw", (Act.POINT_ADD,), lambda w, _given: w.cast.grid_li),
    Behind("ground.services.register.official_counts_set", (Act.REGISTER_KEEP,), lambda w, _given: w.cast.grid_li),
    Behind(f"{PEOPLE}households.household_create", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}households.household_update", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}bulk.households_bulk_create", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}people.customer_create", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}people.customers_create", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}people.customer_update", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}claims.claims_decide", (Act.CLAIM_DECIDE,)),
    Behind(f"{PEOPLE}consents.consent_give", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}consents.consent_withdraw", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}deaths.death_record", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}deaths.death_undo", (Act.DEATH_UNDO,)),
    Behind(f"{PEOPLE}likening.twins_deny", (Act.TWINS_DECIDE,)),
    Behind(f"{PEOPLE}merging.persons_merge", (Act.TWINS_DECIDE,)),
    Behind(f"{PEOPLE}unmerging.persons_unmerge", (Act.TWINS_DECIDE,)),
    Behind(f"{PEOPLE}restricting.restriction_set", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}restricting.restriction_lift", (Act.RESTRICTION_LIFT,)),
    Behind(f"{PEOPLE}parting.household_split", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}parting.households_join", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}resettling.person_resettle", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}redating.step_day_correct", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}redating.step_day_correct", (Act.ARCHIVE_WRITE, Act.STEP_CORRECT), arguments=anothers),
    Behind(f"{PEOPLE}milestones.app_milestone_set", (Act.ARCHIVE_WRITE,)),
    Behind(f"{PEOPLE}milestones.customer_account_opened", (Act.ARCHIVE_WRITE,)),
    Behind("ground.services.layouts.layout_open", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.drawing.layout_bring", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.drawing.layout_draw", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.drawing.layout_draw_new", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.drawing.layout_cut", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.layouts.layout_rename", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.layouts.layout_submit", (Act.LAYOUT_MAKE,), branch),
    Behind("ground.services.layouts.layout_sign", (Act.LAYOUT_SIGN,), branch),
    Behind("products.services.holdings_bulk_create", (Act.ARCHIVE_WRITE,)),
    Behind("needs.services.need_raise", (Act.NEED_RAISE,)),
    Behind("needs.services.needs_replace", (Act.NEED_RAISE,)),
    Behind("needs.services.need_close", (Act.NEED_CLOSE,)),
    Behind("needs.services.needs_bulk_create", (Act.RECORDS_LOAD,)),
    Behind("products.services.offers_bulk_create", (Act.RECORDS_LOAD,)),
    Behind("visits.services.bulk.visits_bulk_create", (Act.RECORDS_LOAD,)),
    Behind("visits.services.correct.visit_correct", (Act.VISIT_CORRECT,)),
]  # fmt: skip
# a member of a special grid is visited there; what ground is free is asked as well; the rest is reading
ELSEWHERE = {
    Act.VISIT_LOG: "test_a_visit_is_logged_where_its_household_is_seen",
    Act.GROUND_DRAW: "tests/ground/test_boundaries.py",
    Act.TWINS_ACROSS: "two branches' people are asked of: tests/customers/services/test_merging.py",
    Act.ROSTER_BRING: "asked of whoever brings a file: customers/sheets.py",
    Act.CATALOGUE_KEEP: "nobody has it where banks share the catalogue: tests/products/test_sheets.py",
    Act.BANK_READ: "reads",
    Act.BANK_RANK: "reads",
    Act.BANK_ALARMS: "reads",
}


def test_no_act_is_without_a_service():
    behind = {act for one in BEHIND for act in one.acts}
    assert behind | set(ELSEWHERE) == set(Act)
    assert not behind & set(ELSEWHERE)


def done_by(everybody: list[Caller], service: str, arguments: dict[str, Any]) -> set[int]:
    """Call a service as everybody and return who wasn't refused; the database is as it was."""
    before = ledger()
    found = {one.user.pk for one in everybody if not refused(service, {**arguments, "actor": one.user})}
    assert ledger() == before, "refused, and yet written"
    return found


@pytest.mark.parametrize("one", BEHIND, ids=lambda one: f"{one.service}-{'-'.join(one.acts)}")
def test_a_service_is_done_for_whoever_may_and_for_nobody_else(shared: Crowd, one: Behind):
    everybody = shared.asked
    arguments = given(shared, one.service) if one.arguments is None else one.arguments(shared)
    grid = one.target(shared, arguments)
    wanted = {each.user.pk for each in everybody if all(may(each.user, act, grid) for act in one.acts)}
    found = done_by(everybody, one.service, arguments)
    assert wanted, "nobody may: the rest would prove nothing"
    assert [each for each in everybody if each.user.pk in found ^ wanted] == []


def test_a_visit_is_logged_where_its_household_is_seen(shared: Crowd):
    name = "visits.services.receive.visit_log"
    everybody, arguments = shared.asked, given(shared, name)
    # needs are written where the household lives
    arguments["body"] = {**arguments["body"], "needs": []}
    reached = [shared.places["grid"], shared.places["special"]]
    wanted = {
        each.user.pk for each in everybody if any(may(each.user, Act.VISIT_LOG, grid) for grid in reached)
    }
    found = done_by(everybody, name, arguments)
    assert CALLS[name].refused
    assert [each for each in everybody if each.user.pk in found ^ wanted] == []
