"""Who may do what, where: every question of power is answered here, by role, part and place together.

A power is an act. The table says for each act which role, by which part, held in a grid of which tier, reaches how
far. Pages ask `may` before they offer, services `require` before they write, and `why_not` says who can. The rooms
above name acts, never roles. The actor None is the installation itself: a command on the server.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridbank.errors import NotAllowed
from gridbank.scoping import NOBODY
from grids.enums import LEADING, GridNature, Part, Tier
from grids.models import Assignment, Grid, Held, bank_in, banks_of, parts_held, tops, under
from people.enums import BUSINESS_ROLES, Role
from people.models import User


class Act(models.TextChoices):
    """A power, in the words that a refusal says it with."""

    # over the whole bank
    BANK_READ = "bank.read", gettext_lazy("Looking at the whole bank")
    BANK_RANK = "bank.rank", gettext_lazy("Seeing ranks across the bank")
    BANK_ALARMS = "bank.alarms", gettext_lazy("Hearing of broken proofs")
    MONTH_RECOMPUTE = "month.recompute", gettext_lazy("Computing a closed month again")
    MONTH_PUBLISH = "month.publish", gettext_lazy("Publishing a month")
    MONTH_LOCK = "month.lock", gettext_lazy("Locking a month")
    MONTH_VERIFY = "month.verify", gettext_lazy("Verifying a month")
    TARGET_SET = "target.set", gettext_lazy("Setting targets")
    SCHEME_MAKE = "scheme.make", gettext_lazy("Making a scheme")
    SCHEME_SIGN = "scheme.sign", gettext_lazy("Signing a scheme")
    HEAD_OFFICE_ASSIGN = "head_office.assign", gettext_lazy("Giving head-office staff a part")
    RECORDS_LOAD = "records.load", gettext_lazy("Loading records of other people")
    CATALOGUE_KEEP = "catalogue.keep", gettext_lazy("Keeping the list of products")
    BACKDATING_SIGN = "backdating.sign", gettext_lazy("Signing for a day before today")
    EXPORT_SIGN = "export.sign", gettext_lazy("Signing exports")
    TWINS_ACROSS = "twins.across", gettext_lazy("Deciding whether archives of two branches are one person's")
    # over a branch
    MONTH_REFRESH = "month.refresh", gettext_lazy("Computing a month")
    TARGET_WRITE = "target.write", gettext_lazy("Writing targets")
    MONTH_EXPORT = "month.export", gettext_lazy("Taking a month to Excel")
    GRID_FOUND = "grid.found", gettext_lazy("Adding grids")
    GRID_ASSIGN = "grid.assign", gettext_lazy("Deciding who is responsible")
    GRID_KEEP = "grid.keep", gettext_lazy("Renaming and closing grids")
    GRID_DUTY = "grid.duty", gettext_lazy("Writing down duties")
    GROUND_DRAW = "ground.draw", gettext_lazy("Drawing the boundary")
    LAYOUT_MAKE = "layout.make", gettext_lazy("Drafting a layout")
    LAYOUT_SIGN = "layout.sign", gettext_lazy("Publishing a layout")
    POINT_ADD = "point.add", gettext_lazy("Keeping the register of service points")
    REGISTER_KEEP = "register.keep", gettext_lazy("Writing down the official number of households")
    CLAIM_DECIDE = "claim.decide", gettext_lazy("Confirming what others entered")
    VISIT_CORRECT = "visit.correct", gettext_lazy("Correcting somebody else's visit")
    DEATH_UNDO = "death.undo", gettext_lazy("Taking back a death that was wrongly told")
    RESTRICTION_LIFT = "restriction.lift", gettext_lazy("Lifting a restriction of processing")
    TWINS_DECIDE = "twins.decide", gettext_lazy("Deciding whether two archives are one person's")
    STEP_CORRECT = "step.correct", gettext_lazy("Correcting the day of somebody else's account or app step")
    ROSTER_BRING = "roster.bring", gettext_lazy("Bringing rosters of households")
    # in a grid
    ARCHIVE_WRITE = "archive.write", gettext_lazy("Changing archives")
    NEED_CLOSE = "need.close", gettext_lazy("Closing needs")
    NEED_RAISE = "need.raise", gettext_lazy("Writing down needs")
    VISIT_LOG = "visit.log", gettext_lazy("Logging visits")


class Reach(StrEnum):
    """How far from the grid in which somebody has his part."""

    BELOW = "below"
    """The grid and all that lies below it."""
    BANK = "bank"
    """Everything of the bank: what the branches of a bank may each ask for the whole of it."""


TIERS = frozenset(Tier)
NATURES = frozenset(GridNature)
PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who: roles, by which parts, held in a grid of which tiers. Over what: how far, grids of which tiers and natures."""

    roles: frozenset[Role]
    held: frozenset[Tier]
    parts: frozenset[Part] = LEADING
    reach: Reach = Reach.BELOW
    tiers: frozenset[Tier] = TIERS
    natures: frozenset[GridNature] = NATURES

    def fits(self, role: str, held: Held) -> bool:
        """Whether a person of this role who holds this part is meant."""
        return role in self.roles and held.tier in self.held and held.part in self.parts

    def covers(self, path: str, grid: Grid) -> bool:
        """Whether the power that is held at a path reaches a grid."""
        near = grid.path.startswith(path) if self.reach == Reach.BELOW else grid.root_id == bank_in(path)
        return near and grid.tier in self.tiers and grid.nature in self.natures


BANK = frozenset({Role.HEAD_OFFICE})
BRANCH = frozenset({Role.BRANCH_MANAGER, Role.HEAD_OFFICE})
GROUND = BUSINESS_ROLES
ROOT, BRANCHES, BASE = frozenset({Tier.HEAD_OFFICE}), frozenset({Tier.BRANCH}), frozenset({GridNature.BASE})

# who may found a bank, as long as he never had a part in one
FOUNDERS = BANK
WHOLE_BANK = (Rule(BANK, ROOT),)
OF_A_BRANCH = (*WHOLE_BANK, Rule(BRANCH, BRANCHES, reach=Reach.BANK))
BELOW_A_BRANCH = (*WHOLE_BANK, Rule(BRANCH, BRANCHES, tiers=frozenset({Tier.MANAGER})))
OWN_GROUND = (Rule(GROUND, TIERS, natures=BASE),)

POWERS: dict[Act, tuple[Rule, ...]] = {
    # who helps at head office reads all, as he does elsewhere
    Act.BANK_READ: (Rule(BANK, ROOT, PARTS),),
    Act.BANK_RANK: WHOLE_BANK,
    Act.BANK_ALARMS: WHOLE_BANK,
    Act.MONTH_RECOMPUTE: WHOLE_BANK,
    Act.MONTH_PUBLISH: WHOLE_BANK,
    Act.MONTH_LOCK: WHOLE_BANK,
    Act.MONTH_VERIFY: WHOLE_BANK,
    Act.TARGET_SET: WHOLE_BANK,
    Act.SCHEME_MAKE: WHOLE_BANK,
    Act.SCHEME_SIGN: WHOLE_BANK,
    Act.HEAD_OFFICE_ASSIGN: WHOLE_BANK,
    Act.RECORDS_LOAD: WHOLE_BANK,
    Act.CATALOGUE_KEEP: WHOLE_BANK,
    Act.BACKDATING_SIGN: WHOLE_BANK,
    Act.EXPORT_SIGN: WHOLE_BANK,
    Act.TWINS_ACROSS: WHOLE_BANK,
    # what is written holds once head office has signed it
    Act.TARGET_WRITE: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    Act.MONTH_REFRESH: OF_A_BRANCH,
    Act.MONTH_EXPORT: OF_A_BRANCH,
    Act.GRID_FOUND: (*WHOLE_BANK, Rule(BRANCH, BRANCHES, tiers=BRANCHES)),
    Act.GRID_ASSIGN: BELOW_A_BRANCH,
    Act.GRID_DUTY: BELOW_A_BRANCH,
    Act.GRID_KEEP: BELOW_A_BRANCH,
    Act.GROUND_DRAW: BELOW_A_BRANCH,
    # the bank is cut by head office, each branch inside its own
    Act.LAYOUT_MAKE: (*WHOLE_BANK, Rule(BRANCH, BRANCHES, tiers=BRANCHES)),
    Act.LAYOUT_SIGN: (*WHOLE_BANK, Rule(BRANCH, BRANCHES, tiers=BRANCHES)),
    Act.POINT_ADD: BELOW_A_BRANCH,
    Act.REGISTER_KEEP: BELOW_A_BRANCH,
    Act.CLAIM_DECIDE: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    # the branch knows what its people did; head office doesn't rewrite it
    Act.VISIT_CORRECT: (Rule(BRANCH, BRANCHES),),
    Act.STEP_CORRECT: (Rule(BRANCH, BRANCHES),),
    # whose own ground is a branch at least: by a list of numbers it could be asked who is here
    Act.ROSTER_BRING: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    Act.DEATH_UNDO: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    Act.TWINS_DECIDE: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    # whoever keeps the archive writes down a person's wish at once; a second look ends it
    Act.RESTRICTION_LIFT: (*WHOLE_BANK, Rule(BRANCH, BRANCHES)),
    # a special grid's members are read there, and written where they live
    Act.ARCHIVE_WRITE: OWN_GROUND,
    Act.NEED_CLOSE: OWN_GROUND,
    Act.NEED_RAISE: (Rule(GROUND, TIERS, PARTS, natures=BASE),),
    Act.VISIT_LOG: (Rule(GROUND, TIERS, PARTS),),
}

# Which roles may take a part in a grid of a tier: responsibility opens the grid's archives.
LEADERS: dict[str, frozenset[Role]] = {
    Tier.HEAD_OFFICE: BANK,
    Tier.BRANCH: BRANCH,
    Tier.MANAGER: frozenset({Role.ACCOUNT_MANAGER, Role.BRANCH_MANAGER}),
}
HELPERS: dict[str, frozenset[Role]] = {**LEADERS, Tier.MANAGER: BUSINESS_ROLES}


def roles_for(tier: str, part: str) -> frozenset[Role]:
    """Return the roles that may take a part in a grid of a tier."""
    return (LEADERS if part == Part.LEAD else HELPERS)[tier]


def roles_given_by(actor: User | None, grid: Grid, part: str) -> frozenset[Role]:
    """Return the roles to whose people somebody may give a part in a grid: head office's only from head office."""
    fit = roles_for(grid.tier, part)
    return fit if may(actor, Act.HEAD_OFFICE_ASSIGN, grid) else fit - BANK


def roles_of(act: Act) -> frozenset[Role]:
    """Return the roles that have a power anywhere: what a view declares that somebody else can't even call."""
    return frozenset[Role]().union(*(rule.roles for rule in POWERS[act]))


def founds(actor: User) -> bool:
    """Say whether founding a bank is for people of somebody's role."""
    return actor.role in FOUNDERS


def expects(actor: User, act: Act) -> bool:
    """Say whether somebody's role has a power somewhere: if he hasn't it here, a page says why and who has."""
    return actor.role in roles_of(act)


def powers_of(actor: User, act: Act, on: date | None = None) -> list[tuple[Rule, str]]:
    """Return by which rules somebody has a power on a day (default today), each with the path it is held at."""
    held = parts_held(actor, on)
    return [(rule, one.path) for rule in POWERS[act] for one in held if rule.fits(actor.role, one)]


def may(actor: User | None, act: Act, grid: Grid | None = None, *, on: date | None = None) -> bool:
    """Say whether somebody may do an act in a grid on a day (default today); without a grid, anywhere."""
    if actor is None:
        return True
    powers = powers_of(actor, act, on)
    return bool(powers) if grid is None else any(rule.covers(path, grid) for rule, path in powers)


def require(actor: User | None, act: Act, grid: Grid | None = None, *, on: date | None = None) -> None:
    """Let only those go on who may. Raises PermissionDenied, which says why and who can."""
    if not may(actor, act, grid, on=on):
        raise NotAllowed(why_not(actor, act, grid, on=on))


def where(actor: User, act: Act, prefix: str = "") -> Q:
    """Return the condition that a grid is one in which somebody may do an act today; `prefix` leads to the grid."""
    paths: dict[Rule, list[str]] = {}
    for rule, path in powers_of(actor, act):
        near = path if rule.reach == Reach.BELOW else f"/{bank_in(path)}/"
        paths.setdefault(rule, []).append(near)
    return reduce(or_, (_reached(rule, tops(near), prefix) for rule, near in paths.items()), NOBODY)


def _reached(rule: Rule, paths: tuple[str, ...], prefix: str) -> Q:
    found = under(paths, prefix)
    if rule.tiers != TIERS:
        found &= Q(**{f"{prefix}tier__in": sorted(rule.tiers)})
    if rule.natures != NATURES:
        found &= Q(**{f"{prefix}nature__in": sorted(rule.natures)})
    return found


def banks_where(actor: User, act: Act) -> frozenset[int]:
    """Return the ids of the banks over which somebody has a power today."""
    return frozenset(bank_in(path) for _rule, path in powers_of(actor, act))


def who_can(act: Act, grid: Grid, *, on: date | None = None) -> list[User]:
    """Return who may do an act in a grid on a day (default today), the nearest first."""
    steps = grid.path.strip("/").split("/")
    above = ["/" + "/".join(steps[: place + 1]) + "/" for place in range(len(steps))]
    near = Q(grid__path__in=above) | Q(grid__path__startswith=f"/{steps[0]}/", grid__tier=Tier.BRANCH)
    rows = Assignment.on(on or timezone.localdate()).filter(near, user__is_active=True)
    found: dict[int, User] = {}
    for row in sorted(rows.select_related("grid", "user"), key=lambda row: (-len(row.grid.path), row.pk)):
        held = Held(row.grid.path, row.grid.tier, row.part)
        if any(rule.fits(row.user.role, held) and rule.covers(held.path, grid) for rule in POWERS[act]):
            found.setdefault(row.user_id, row.user)
    return list(found.values())


NAMED = 3


def why_not(actor: User | None, act: Act, grid: Grid | None = None, *, on: date | None = None) -> str:
    """Return why somebody may not do an act in a grid, and who can; empty when he may."""
    if may(actor, act, grid, on=on):
        return ""
    words = {"act": act.label, "takers": _takers(POWERS[act])}
    # another bank's people are nobody's business here
    ours = grid is not None and actor is not None and grid.root_id in banks_of(actor)
    people = who_can(act, grid, on=on) if grid is not None and ours else []
    if not people:
        return _("%(act)s is up to %(takers)s.") % words
    words["names"] = _(", ").join(one.name for one in people[:NAMED])
    return _("%(act)s is up to %(takers)s. Here: %(names)s.") % words


def _takers(rules: Collection[Rule]) -> str:
    held = frozenset[Tier]().union(*(rule.held for rule in rules))
    if held == ROOT:
        return _("a lead or deputy of the head office")
    if held == BRANCHES:
        return _("a lead or deputy of the branch")
    if held < TIERS:
        return _("a lead or deputy of a branch or of the head office")
    if any(Part.HELPER in rule.parts for rule in rules):
        return _("whoever has a part in the grid or above it")
    return _("a lead or deputy of the grid or of what lies above it")
