"""The demo bank on paper: branches and grids on the county's real divisions, invented staff, dated assignments."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from demo import geography
from demo.calendar import Span
from demo.geography import Position
from demo.names import given_name, surname
from demo.words import DUTIES
from gridbank.days import month_before
from grids.enums import GridKind, GridNature, Part, PeerGroup, Tier
from grids.naming import village_name
from ground.enums import ServicePointKind
from people.enums import Role

COUNTY = "522727"
HEAD_OFFICE = "PT"
SEAT = "522727001"
BRANCHES: dict[str, tuple[str, ...]] = {
    SEAT: ("营业部", "金盆支行", "城关支行", "玉池支行"),
    "522727100": ("平舟支行", "乐康支行"),
    "522727101": ("牙舟支行", "富民支行"),
    "522727102": ("通州支行", "荷花支行"),
    "522727103": ("大塘支行", "云上支行"),
    "522727104": ("克度支行", "马鞍支行"),
    "522727105": ("塘边支行", "塘缘支行"),
    "522727106": ("甲茶支行",),
    "522727107": ("者密支行", "六硐支行"),
    "522727108": ("掌布支行",),
    "522727200": ("卡蒲支行",),
}
CHENS_BRANCH = "牙舟支行"
SIGN_INS: tuple[tuple[str, str, str], ...] = (
    ("zhao", "赵望山", Role.HEAD_OFFICE),
    ("qian", "钱知秋", Role.HEAD_OFFICE),
    ("chen", "陈大川", Role.BRANCH_MANAGER),
    ("li", "李小禾", Role.ACCOUNT_MANAGER),
    ("wang", "王春溪", Role.ACCOUNT_MANAGER),
    ("sun", "孙未央", Role.ACCOUNT_MANAGER),
    ("sysadmin", "系统管理员", Role.SYSADMIN),
    ("secadmin", "安全管理员", Role.SECADMIN),
    ("auditor", "审计员", Role.AUDITOR),
)
SHARED_GRIDS = 22
EARLIER_LEADS = 30
LEFT_THE_BANK = 6
DEPUTIES = 12
E_STATIONS = 6
SECOND_POINTS = 13
NEVER_SEEN = 6


@dataclass(frozen=True)
class Division:
    """A row of the divisions' file."""

    code: str
    name: str
    level: str
    parent: str

    @property
    def is_community(self) -> bool:
        """Whether the statistical suffix marks a community."""
        return self.level == "village" and self.code[-3:] < "200"


@dataclass(frozen=True)
class GridPlan:
    """A grid to make; `parent` is the code of the one above."""

    code: str
    name: str
    tier: str
    parent: str = ""
    nature: str = GridNature.BASE
    kind: str = GridKind.OFFICE
    peer_group: str = PeerGroup.COUNTRY
    area: str = ""
    shape: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class StaffPlan:
    """A member of the staff; only those who sign in get a password."""

    username: str
    staff_no: str
    name: str
    role: str
    signs_in: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class AssignmentPlan:
    """Somebody's part in a grid from a day to a day."""

    grid: str
    username: str
    part: str
    first: date
    last: date | None = None


@dataclass(frozen=True)
class PointPlan:
    """A service point at its place."""

    code: str
    name: str
    kind: str
    grid: str
    area: str
    position: Position
    opened_on: date


@dataclass
class BankPlan:
    """Everything about the bank but its customers."""

    grids: list[GridPlan] = field(default_factory=list)
    staff: list[StaffPlan] = field(default_factory=list)
    assignments: list[AssignmentPlan] = field(default_factory=list)
    duties: list[tuple[str, str]] = field(default_factory=list)
    points: list[PointPlan] = field(default_factory=list)
    towns: dict[str, Position] = field(default_factory=dict)
    never_seen: frozenset[str] = frozenset()
    idle: str = ""

    @property
    def ground(self) -> list[GridPlan]:
        """Return the account managers' base grids."""
        return [grid for grid in self.grids if grid.tier == Tier.MANAGER and grid.nature == GridNature.BASE]


def _split(villages: Sequence[tuple[Division, Position]], parts: int) -> list[list[Division]]:
    """Divide a township's villages between its branches from west to east, each at least one."""
    ordered = [village for village, _place in sorted(villages, key=lambda row: row[1])]
    size = len(ordered) / parts
    return [ordered[round(n * size) : round((n + 1) * size)] for n in range(parts)]


def plan_bank(seed: int, divisions: Iterable[Division], span: Span) -> BankPlan:
    """Lay out the whole bank, the same for the same seed and day."""
    plan = BankPlan()
    _plan_ground(plan, random.Random(f"{seed}:ground"), list(divisions))
    rng = random.Random(f"{seed}:staff")
    _plan_staff(plan, rng, span)
    for grid in plan.ground:
        plan.duties += [(grid.code, text) for text in rng.sample(DUTIES, rng.randint(2, 3))]
    _plan_points(plan, random.Random(f"{seed}:points"), span)
    return plan


def _plan_ground(plan: BankPlan, rng: random.Random, divisions: list[Division]) -> None:
    county = geography.county(rng)
    plan.grids.append(
        GridPlan(HEAD_OFFICE, "平塘农村商业银行（演示）", Tier.HEAD_OFFICE, area=COUNTY, shape=county)
    )
    codes = list(BRANCHES)
    townships = geography.partition(rng, county, [geography.TOWN_CENTRES[code] for code in codes])
    for code, township in zip(codes, townships, strict=True):
        villages = sorted((d for d in divisions if d.parent == code), key=lambda d: d.code)
        places = geography.spread_out(
            rng, township, len(villages), geography.TOWN_CENTRES[code], sum(d.is_community for d in villages)
        )
        shapes = dict(
            zip((d.code for d in villages), geography.partition(rng, township, places), strict=True)
        )
        shares = _split(list(zip(villages, places, strict=True)), len(BRANCHES[code]))
        plan.towns[code] = geography.TOWN_CENTRES[code]
        for name, share in zip(BRANCHES[code], shares, strict=True):
            _plan_branch(plan, code, name, share, shapes)
    _plan_special(plan, rng)


def _plan_branch(
    plan: BankPlan, township: str, name: str, villages: Sequence[Division], shapes: dict[str, Any]
) -> None:
    number = sum(grid.tier == Tier.BRANCH for grid in plan.grids) + 1
    branch = f"PT{number:02}"
    town = PeerGroup.TOWN if township == SEAT else PeerGroup.COUNTRY
    ground = geography.joined([shapes[village.code] for village in villages])
    plan.grids.append(GridPlan(branch, name, Tier.BRANCH, "PT", peer_group=town, area=township, shape=ground))
    for at, village in enumerate(villages, 1):
        plan.grids.append(
            GridPlan(
                f"{branch}-{at:02}",
                village_name(village.name),
                Tier.MANAGER,
                branch,
                kind=GridKind.COMMUNITY if village.is_community else GridKind.VILLAGE,
                peer_group=PeerGroup.TOWN if village.is_community else town,
                area=village.code,
                shape=shapes[village.code],
            )
        )


def _plan_special(plan: BankPlan, rng: random.Random) -> None:
    for branch_name, name, kind in (
        (CHENS_BRANCH, "牙舟集贸市场", GridKind.MARKET),
        ("营业部", "平塘产业园", GridKind.PARK),
    ):
        branch = next(grid for grid in plan.grids if grid.name == branch_name)
        home = max(
            (g for g in plan.grids if g.parent == branch.code), key=lambda g: (g.kind == "community", g.code)
        )
        centre = geography.inside(rng, home.shape, near=plan.towns[branch.area], spread=0.2)
        shape = geography.circle(centre, 0.006, branch.shape)
        plan.grids.append(
            GridPlan(
                f"{branch.code}-S1", name, Tier.MANAGER, branch.code, GridNature.SPECIAL, kind,
                PeerGroup.TOWN, home.area, shape,
            )
        )  # fmt: skip


def _plan_staff(plan: BankPlan, rng: random.Random, span: Span) -> None:
    start = month_before(span.today, 30)
    for number, (username, name, role) in enumerate(SIGN_INS, 1):
        plan.staff.append(StaffPlan(username, f"PT{number:04}", name, role, signs_in=True))
    plan.assignments += [AssignmentPlan("PT", who, Part.LEAD if who == "zhao" else Part.DEPUTY, start)
                         for who in ("zhao", "qian")]  # fmt: skip
    for branch in (grid for grid in plan.grids if grid.tier == Tier.BRANCH):
        boss = "chen" if branch.name == CHENS_BRANCH else _hire(plan, rng, Role.BRANCH_MANAGER)
        plan.assignments.append(AssignmentPlan(branch.code, boss, Part.LEAD, start))
    leads = _leads(plan, rng)
    changes = _transfer(plan, rng, leads, span) | _history(plan, rng, leads, span, start)
    for grid in plan.ground:
        if grid.code in leads:
            plan.assignments += changes.get(
                grid.code, [AssignmentPlan(grid.code, leads[grid.code], Part.LEAD, start)]
            )
    _others(plan, rng, leads, start)
    chens = next(grid.code for grid in plan.grids if grid.name == CHENS_BRANCH)
    quiet = [grid.code for grid in plan.ground if grid.parent != chens and grid.code not in changes]
    plan.never_seen = frozenset(rng.sample(quiet, NEVER_SEEN))
    busy = [code for code in quiet if code in leads and code not in plan.never_seen]
    alone = [code for code in busy if list(leads.values()).count(leads[code]) == 1]
    plan.idle = leads[rng.choice(alone)]


def _hire(
    plan: BankPlan, rng: random.Random, role: str = Role.ACCOUNT_MANAGER, *, has_left: bool = False
) -> str:
    number = len(plan.staff) + 1
    female = rng.random() < 0.4
    name = surname(rng) + given_name(rng, female=female, born=1990)
    plan.staff.append(StaffPlan(f"pt{number:04}", f"PT{number:04}", name, role, has_left=has_left))
    return plan.staff[-1].username


def _leads(plan: BankPlan, rng: random.Random) -> dict[str, str]:
    """Say who leads which base grid today; one grid has nobody, some people lead two."""
    chens = next(grid.code for grid in plan.grids if grid.name == CHENS_BRANCH)
    fixed = dict(zip((g.code for g in plan.ground if g.parent == chens), ("li", "wang"), strict=False))
    free = [grid for grid in plan.ground if grid.parent != chens]
    nobody = rng.choice([grid.code for grid in free if not grid.code.endswith("-01")])
    candidates = [g.code for g in free if g.code != nobody and not g.code.endswith("-01")]
    shared = set(rng.sample(candidates, SHARED_GRIDS))
    leads: dict[str, str] = {}
    latest = ""
    for grid in plan.ground:
        if grid.code == nobody:
            continue
        if grid.code not in shared:
            latest = fixed.get(grid.code) or _hire(plan, rng)
        leads[grid.code] = latest
    return leads


def _transfer(
    plan: BankPlan, rng: random.Random, leads: dict[str, str], span: Span
) -> dict[str, list[AssignmentPlan]]:
    """Move one manager in the middle of a month: his old grid goes to a colleague, his new one lost its own."""
    day = span.today - timedelta(days=5)
    if span.today.day <= 8:
        day = month_before(span.today, 1).replace(day=14)
    start = month_before(span.today, 30)
    branch = next(grid.code for grid in plan.grids if grid.name == "通州支行")
    old, new = [grid.code for grid in plan.ground if grid.parent == branch and grid.code in leads][:2]
    mover, colleague = leads[old], _hire(plan, rng)
    gone = _hire(plan, rng, has_left=True)
    before = day - timedelta(days=1)
    leads[old], leads[new] = colleague, mover
    return {
        old: [AssignmentPlan(old, mover, Part.LEAD, start, before), AssignmentPlan(old, colleague, Part.LEAD, day)],
        new: [AssignmentPlan(new, gone, Part.LEAD, start, before), AssignmentPlan(new, mover, Part.LEAD, day)],
    }  # fmt: skip


def _history(
    plan: BankPlan, rng: random.Random, leads: dict[str, str], span: Span, start: date
) -> dict[str, list[AssignmentPlan]]:
    """Give some grids an earlier lead: most of them long ago, some within the months that are ranked."""
    gone = [_hire(plan, rng, has_left=True) for _ in range(LEFT_THE_BANK)]
    moved = {leads[code] for code in leads if list(leads.values()).count(leads[code]) > 1}
    branch = next(grid.code for grid in plan.grids if grid.name == "通州支行")
    candidates = [code for code, lead in leads.items() if lead not in moved and not code.startswith(branch)]
    changes = {}
    for number, code in enumerate(rng.sample(candidates, min(EARLIER_LEADS, len(candidates)))):
        recent = number % 5 == 0
        day = (
            span.first + timedelta(days=rng.randint(5, 150))
            if recent
            else start + timedelta(days=rng.randint(90, 600))
        )
        changes[code] = [
            AssignmentPlan(code, gone[number % len(gone)], Part.LEAD, start, day - timedelta(days=1)),
            AssignmentPlan(code, leads[code], Part.LEAD, day),
        ]
    return changes


def _others(plan: BankPlan, rng: random.Random, leads: dict[str, str], start: date) -> None:
    """Add deputies and helpers, and people for the special grids."""
    by_branch: dict[str, list[str]] = {}
    for grid in plan.ground:
        if grid.code in leads:
            by_branch.setdefault(grid.parent, []).append(leads[grid.code])
    for grid in (g for g in plan.grids if g.nature == GridNature.SPECIAL):
        plan.assignments.append(AssignmentPlan(grid.code, _hire(plan, rng), Part.LEAD, start))
    helped = rng.sample(
        [g for g in plan.ground if g.code in leads and leads[g.code] not in {"li", "wang"}], DEPUTIES
    )
    for number, grid in enumerate(helped):
        there = {each.username for each in plan.assignments if each.grid == grid.code}
        others = sorted(set(by_branch[grid.parent]) - there - {"li", "wang"})
        if others:
            part = Part.HELPER if number % 4 == 0 else Part.DEPUTY
            plan.assignments.append(
                AssignmentPlan(grid.code, rng.choice(others), part, month_before(start, -20))
            )


def _plan_points(plan: BankPlan, rng: random.Random, span: Span) -> None:
    opened = month_before(span.today, 60)

    def add(code: str, name: str, kind: str, grid: GridPlan, near: Position | None = None) -> None:
        place = geography.inside(rng, grid.shape, near=near, spread=0.1)
        plan.points.append(PointPlan(code, name, kind, grid.code, grid.area, place, opened))

    for branch in (grid for grid in plan.grids if grid.tier == Tier.BRANCH):
        add(
            f"O-{branch.code}",
            f"{branch.name}营业厅",
            ServicePointKind.OUTLET,
            branch,
            plan.towns[branch.area],
        )
    for number, grid in enumerate(rng.sample(plan.ground, E_STATIONS), 1):
        add(f"E-{number:02}", f"{grid.name}惠农e站", ServicePointKind.E_STATION, grid)
    twice = {grid.code for grid in rng.sample(plan.ground, SECOND_POINTS)}
    for grid in plan.ground:
        for nth in range(1 + (grid.code in twice)):
            name = f"{grid.name}村村通服务点" + ("（二）" if nth else "")
            add(f"V-{grid.code}-{nth + 1}", name, ServicePointKind.VILLAGE_POINT, grid)
