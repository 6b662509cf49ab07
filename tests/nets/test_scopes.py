"""Who may know of which row: what every protected model opens, against the same rule said slowly, row by row.

A condition that opens too much may be held back today by whoever asks it; the next one who asks isn't.
"""

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from gridbank.scoping import ScopedModel
from grids.models import Assignment, Grid
from people.enums import BUSINESS_ROLES
from people.models import User
from tests import factories
from tests.nets.site import World
from tests.people import SINCE, assign

LABELS = sorted(model._meta.label for model in apps.get_models() if issubclass(model, ScopedModel))
# how a row leads to the household, or to the grid, that it belongs to; "" is the row itself
HOMES = {
    "customers.Household": "",
    "customers.Attribution": "household",
    "customers.AppRegistration": "customer.household",
    "customers.Claim": "customer.household",
    "customers.CompleteSpan": "household",
    "customers.Consent": "customer.household",
    "customers.CoreNumber": "customer.household",
    "customers.IdentitySpan": "customer.household",
    "customers.Residence": "household",
    "customers.Death": "customer.household",
    "customers.Restriction": "customer.household",
    "needs.Need": "household",
    "products.Holding": "customer.household",
    "products.Offer": "customer.household",
    "visits.Visit": "household",
    "visits.VisitVersion": "visit.household",
}
GRIDS = {
    "grids.Grid": "",
    "grids.Assignment": "grid",
    "grids.Backdating": "grid",
    "grids.Duty": "grid",
    "grids.GridName": "grid",
    "ground.Boundary": "grid",
    "ground.OfficialCount": "grid",
    "ground.Layout": "grid",
    "ground.LayoutShape": "layout.grid",
    "ground.LayoutVersion": "layout.grid",
    "ground.Parcel": "grid",
    "ground.ServicePoint": "grid",
    "customers.SpecialMembership": "grid",
    "performance.LateChange": "grid",
}
READERS = (
    "zhao", "chen", "li", "wang", "sun", "zhou", "wu", "sysadmin", "secadmin", "auditor", "special", "gone", "over", "abroad", "helper",
)  # fmt: skip
NO_BODY = {"performance.Earned"}


def every(label: str) -> list[Any]:
    return list(models.QuerySet(apps.get_model(label)))


def paths_of(actor: User, *, helps: bool = True) -> list[str]:
    """Return the paths of the grids a person works in, or leads, today; officers and who has left work in none."""
    if not actor.is_active or actor.role not in BUSINESS_ROLES:
        return []
    today = timezone.localdate()
    mine = [row for row in every("grids.Assignment") if row.user_id == actor.pk]
    grids = {grid.pk: grid for grid in every("grids.Grid")}
    return [
        grids[row.grid_id].path
        for row in mine
        if (helps or row.part != "helper")
        and row.valid_from <= today
        and (row.valid_to is None or today <= row.valid_to)
    ]


def below(actor: User, grid: Grid) -> bool:
    return any(grid.path.startswith(path) for path in paths_of(actor))


def leads_above(actor: User, grid: Grid) -> bool:
    return any(grid.path.startswith(path) for path in paths_of(actor, helps=False))


def knows_home(actor: User, home: Any) -> bool:
    """It lies in his grids, or is a member of a special one there."""
    special = [row.grid for row in every("customers.SpecialMembership") if row.household_id == home.pk]
    return any(below(actor, grid) for grid in (home.grid, *special))


def in_his_bank(actor: User, row: Any) -> bool:
    return any(path.split("/")[1] == str(row.grid_id) for path in paths_of(actor))


def in_his_branch(actor: User, branch: int | None) -> bool:
    return branch is not None and any(f"/{branch}/" in path for path in paths_of(actor, helps=False))


def knows_score(actor: User, score: Any) -> bool:
    """His own, one where he leads, or a colleague's of the branch in which he does; a helper sees nobody's."""
    own = score.level == "manager" and score.subject_id == actor.pk
    return bool(paths_of(actor)) and (
        own or leads_above(actor, score.grid) or in_his_branch(actor, score.branch_id)
    )


def knows_points(actor: User, score: Any) -> bool:
    """Of a colleague the rank and no line."""
    own = score.level == "manager" and score.subject_id == actor.pk
    leads = leads_above(actor, score.grid)
    return knows_score(actor, score) and (own or leads or score.level != "manager")


def knows_handover(actor: User, row: Any) -> bool:
    """It lies in his grids, or he gives or takes."""
    takers = {one.receiver_id for one in every("grids.HandoverPart") if one.handover_id == row.pk}
    works = actor.is_active and actor.role in BUSINESS_ROLES
    return works and (below(actor, row.grid) or actor.pk == row.giver_id or actor.pk in takers)


def knows_batch(actor: User, batch: Any) -> bool:
    """One's own file of grids while one leads a branch, and everybody's in the bank that one leads; the files of staff."""
    if actor.role == "sysadmin" or batch.kind == "staff":
        return actor.role == "sysadmin" and batch.kind == "staff"
    led_paths = [path for path in paths_of(actor, helps=False) if path.count("/") <= 3]
    if not led_paths or actor.role not in {"branch_manager", "head_office"}:
        return False
    return batch.uploader_id == actor.pk or (
        actor.role == "head_office" and f"/{batch.bank_id}/" in paths_of(actor)
    )


def knows_export(actor: User, export: Any) -> bool:
    """One's own, everybody's in the bank for which one signs, and all for the auditor, who sees nobody's archive."""
    if actor.role == "auditor":
        return True
    if actor.role in {"sysadmin", "secadmin"}:
        return export.outlet == "people.accounts" or (
            actor.role == "secadmin" and export.outlet.startswith("audit.")
        )
    signs = actor.role == "head_office" and f"/{export.bank_id}/" in paths_of(actor, helps=False)
    return signs or export.asker_id == actor.pk


Rule = Callable[[User, Any], bool]
OTHERWISE: dict[str, Rule] = {
    # who has another archive by now is found there
    "customers.Customer": lambda actor, row: row.merged_into_id is None and knows_home(actor, row.household),
    "customers.Likeness": lambda actor, row: all(
        one.merged_into_id is None and knows_home(actor, one.household) for one in (row.one, row.other)
    ),
    "customers.PersonMerge": lambda actor, row: all(
        knows_home(actor, one.household) for one in (row.customer, row.merged)
    ),
    "grids.Handover": knows_handover,
    **dict.fromkeys(
        ("grids.HandoverPart", "grids.HandoverSignature", "grids.HandoverVisit", "grids.HandoverWard"),
        lambda actor, row: knows_handover(actor, row.handover),
    ),
    "grids.Residual": lambda actor, row: (
        below(actor, row.grid)
        or (actor.is_active and actor.role in BUSINESS_ROLES and row.user_id == actor.pk)
    ),
    "exchange.Batch": knows_batch,
    "exchange.Export": knows_export,
    "exchange.Made": lambda actor, row: row.export.asker_id == actor.pk and knows_export(actor, row.export),
    "exchange.Portion": lambda actor, row: knows_batch(actor, row.batch),
    "exchange.Slice": lambda actor, row: knows_batch(actor, row.batch),
    "performance.Period": in_his_bank,
    "performance.Run": in_his_bank,
    "performance.Score": knows_score,
    "performance.ScoreLine": lambda actor, line: knows_points(actor, line.score),
    "performance.Fact": lambda actor, fact: (
        bool(paths_of(actor)) and (fact.staff_id == actor.pk or leads_above(actor, fact.grid))
    ),
    "performance.GridTarget": lambda actor, target: leads_above(actor, target.grid),
    "performance.Target": lambda actor, target: leads_above(actor, target.grid),
    "performance.Earned": lambda _actor, _row: False,
    "visits.HeldVisit": lambda actor, held: held.staff_id == actor.pk and actor.role in BUSINESS_ROLES,
}


def rule_of(label: str) -> Rule:
    if label in HOMES:
        return lambda actor, row: knows_home(actor, led(row, HOMES[label]))
    if label in GRIDS:
        return lambda actor, row: below(actor, led(row, GRIDS[label]))
    return OTHERWISE[label]


def led(row: Any, way: str) -> Any:
    return attrgetter(way)(row) if way else row


def put(label: str, **values: Any) -> Any:
    return models.QuerySet(apps.get_model(label)).create(**values)


def furnish(world: World, whose: str) -> None:
    """Add what the nets' rows leave out: a row of each kind that no route leads to."""
    cast, grid, owner, now = world.cast, world.grid(whose), world.owner(whose), timezone.now()
    branch = cast.east if whose == "mine" else cast.west
    market = factories.GridFactory(parent=branch, nature="special")
    home, span = world.row("household", whose), {"valid_from": SINCE, "valid_to": SINCE}
    put("customers.Attribution", household=home, grid=home.grid, **span)
    put("customers.CompleteSpan", household=home, **span)
    put("customers.SpecialMembership", grid=market, household=world.row("household", whose), since=SINCE)
    person, product = world.row("customer", whose), world.row("product", "mine")
    put("customers.IdentitySpan", customer=person, id_digest="", changed_by=owner, changed_at=now, **span)
    put("customers.Restriction", customer=person, reason="本人要求", set_by=owner, set_at=now, lifted_at=now)
    put("customers.CoreNumber", customer=person, digest=f"core {whose}", learnt_on=SINCE)
    put("customers.AppRegistration", customer=person, registered_on=SINCE, status="open", as_of=SINCE)
    put("products.Holding", customer=person, product=product, since=SINCE)
    put("visits.VisitVersion", visit=world.row("visit", whose), version=1, body="{}", reason="错", replaced_at=now,
        replaced_by=owner)  # fmt: skip
    box = dict.fromkeys(("min_lon", "max_lon"), 107.0) | dict.fromkeys(("min_lat", "max_lat"), 25.0)
    put("ground.Boundary", grid=grid, version=1, geojson={}, valid_from=SINCE, **box)
    put("ground.Parcel", grid=grid, area=factories.AreaFactory(), valid_from=SINCE)
    put("ground.LayoutShape", layout=world.row("layout", whose), geojson={})
    put("ground.ServicePoint", grid=grid, code=f"S{grid.pk}", name="点", kind="outlet")
    put("ground.OfficialCount", grid=grid, households=9, as_of=SINCE, source="名册", recorded_at=now)
    period = world.made["month", "mine"].period
    put("performance.GridTarget", grid=grid, month=period.month, indicator="new_customers", assured=3, made_by=owner,
        made_at=now)  # fmt: skip
    put("performance.Target", period=period, user=owner, grid=grid, indicator="new_customers", value=3)
    put(
        "performance.LateChange",
        period=period,
        grid=grid,
        at=now,
        subject_type="x.y",
        subject_id="1",
        changes={},
    )
    put(
        "performance.Earned",
        period=period,
        indicator="new_customers",
        source="customer",
        source_id=str(grid.pk),
    )
    act = world.row("handover", whose)
    put("grids.HandoverSignature", handover=act, part="giver", user=owner, signed_by=owner, signed_at=now)
    put("grids.Residual", handover=act, grid=grid, user=owner, **span)
    put("exchange.Made", export=world.row("export", whose), file="0", number=0, sealed=b"")
    put("exchange.Portion", batch=world.row("batch", whose), phase="judged", number=0, sealed=b"")
    if whose == "mine":
        assign(factories.UserFactory(username="special"), market)


@pytest.fixture
def readers(shared: World) -> dict[str, User]:
    """Return everybody by name: the cast, the officers, who leads a special grid, who has gone or is elsewhere."""
    for whose in ("mine", "theirs"):
        furnish(shared, whose)
    gone = factories.UserFactory(username="gone", is_active=False)
    factories.AssignmentFactory(user=gone, grid=shared.cast.grid_li, part="helper")
    abroad = factories.UserFactory(username="abroad", role="head_office")
    assign(abroad, factories.GridFactory(tier="head_office", parent=None))
    factories.AssignmentFactory(
        user=factories.UserFactory(username="helper"), grid=shared.cast.grid_li, part="helper"
    )
    over = factories.UserFactory(username="over")
    ended = {"part": "helper", "valid_to": date(2024, 12, 31)}
    factories.AssignmentFactory(user=over, grid=shared.cast.grid_li, **ended)
    return {user.username: user for user in User.objects.all()}


@pytest.mark.parametrize("label", LABELS)
def test_a_model_opens_the_rows_of_the_rule_and_no_other(readers: dict[str, User], label: str):
    model, rule, rows = apps.get_model(label), rule_of(label), every(label)
    assert rows, "no row: the rest would prove nothing"
    wrong, seen, hidden = {}, 0, 0
    for name, actor in readers.items():
        opened = {row.pk for row in model.objects.visible_to(actor)}
        wanted = {row.pk for row in rows if rule(actor, row)}
        if opened != wanted:
            wrong[name] = {"too many": opened - wanted, "too few": wanted - opened}
        seen, hidden = seen + len(wanted), hidden + len(rows) - len(wanted)
    assert wrong == {}
    assert hidden
    assert seen or label in NO_BODY


def test_every_protected_model_has_its_rule():
    assert set(LABELS) == {*HOMES, *GRIDS, *OTHERWISE}


def test_there_is_somebody_for_every_case(readers: dict[str, User]):
    """Else the rules above would be asked by too few."""
    assert set(READERS) <= readers.keys()
    assert all(assigned.user_id for assigned in models.QuerySet(Assignment))
