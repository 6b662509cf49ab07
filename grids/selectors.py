"""Reading the grid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gridbank.days import day_before, in_force, not_over
from gridbank.scoping import waive_scope
from grids import measures
from grids.authority import Act, where
from grids.enums import GridNature, Part, Tier
from grids.models import Area, Assignment, Backdating, Duty, Grid, GridName, banks_of, under
from people.models import User
from people.persons import accounts_of


def grid_list(*, actor: User) -> QuerySet[Grid]:
    """Return the grids the person may see, in tree order."""
    return Grid.objects.visible_to(actor).select_related("area", "parent__parent")


def area_list(*, actor: User | None) -> QuerySet[Area]:  # noqa: ARG001  public knowledge, but a reader is named everywhere
    """Return the administrative divisions: published by the state, so every member of staff may read them."""
    return Area.objects.select_related("parent")


def _led_on(day: date) -> Exists:
    return Exists(Assignment.on(day).filter(part=Part.LEAD, grid=OuterRef("pk")))


def grid_search(*, actor: User, tier: str = "", day: date | None = None) -> QuerySet[Grid]:
    """Return the grids of a day (default today), those of a tier if one is named, in tree order."""
    rows = grid_list(actor=actor).filter(in_force(day or timezone.localdate()))
    return rows.filter(tier=tier) if tier else rows


# somebody should be responsible for each; the head office is led by whoever works there
LED_TIERS = frozenset({Tier.BRANCH, Tier.MANAGER})


def vacancies(*, actor: User, day: date | None = None) -> QuerySet[Grid]:
    """Return the branches and grids for which nobody is responsible on a day (default today)."""
    on = day or timezone.localdate()
    return grid_list(actor=actor).filter(in_force(on), tier__in=LED_TIERS).filter(~_led_on(on))


def lead_names(grid_ids: Iterable[int], day: date) -> dict[int, User]:
    """Return who leads each of the grids on a day; grids without a lead are absent.

    The caller has read the grids as somebody. With overlapping leads, which services refuse, the later wins.
    """
    rows = Assignment.on(day).filter(grid_id__in=list(grid_ids), part=Part.LEAD)
    return {row.grid_id: row.user for row in rows.select_related("user").order_by("valid_from", "pk")}


def assignment_list(*, actor: User) -> QuerySet[Assignment]:
    """Return the assignments to grids the person may see, the newest first."""
    return Assignment.objects.visible_to(actor).select_related("user", "grid")


def leads_from(*, actor: User, grids: Iterable[Grid], day: date) -> list[Assignment]:
    """Return who leads grids on the day before a day and would on that day as well: whoever takes over ends it."""
    rows = assignment_list(actor=actor).filter(in_force(day_before(day)), not_over(day))
    return list(rows.filter(grid__in=list(grids), part=Part.LEAD))


def of_banks(banks: tuple[int, ...]) -> Q:
    """Return the condition that an assignment is in one of these banks."""
    return under(tuple(f"/{bank}/" for bank in banks), "grid__")


def _elsewhere(banks: tuple[int, ...], today: date) -> Exists:
    """Return the condition that a person works, or will, for another bank in this database."""
    theirs = Assignment.everywhere().filter(not_over(today), user=OuterRef("pk"))
    return Exists(theirs.exclude(of_banks(banks)))


def knows_other_banks(*, actor: User) -> bool:
    """Say whether this database holds another bank than the actor's: its people are nobody's business here."""
    return Grid.other_banks(banks_of(actor)).exists()


def _may_be_assigned(actor: User, roles: Iterable[str]) -> QuerySet[User]:
    if not actor.is_business:
        return User.objects.none()
    rows = User.objects.filter(is_active=True, role__in=list(roles)).order_by("name", "staff_no")
    return rows.exclude(_elsewhere(banks_of(actor), timezone.localdate()))


def assignable(*, actor: User, roles: Iterable[str]) -> QuerySet[User]:
    """Return the colleagues whose role fits a part: who was ever assigned in the actor's bank and isn't elsewhere.

    Who was never assigned anywhere belongs to no bank yet: he is offered where there is only one.
    """
    rows, everywhere = _may_be_assigned(actor, roles), Assignment.everywhere().filter(user=OuterRef("pk"))
    here = Exists(everywhere.filter(of_banks(banks_of(actor))))
    return rows.filter(here if knows_other_banks(actor=actor) else here | ~Exists(everywhere))


def newcomer(*, actor: User, roles: Iterable[str], staff_no: str) -> User | None:
    """Return the person with exactly this staff number whom the actor's bank may take in, None when there is none."""
    return _may_be_assigned(actor, roles).filter(staff_no__iexact=staff_no.strip()).first()


def works_elsewhere(*, actor: User, user: User) -> bool:
    """Say whether a person works, or will, for a bank that isn't the actor's."""
    return User.objects.filter(_elsewhere(banks_of(actor), timezone.localdate()), pk=user.pk).exists()


def duty_list(*, actor: User) -> QuerySet[Duty]:
    """Return the duties of grids the person may see."""
    return Duty.objects.visible_to(actor).select_related("grid")


@dataclass(frozen=True)
class Node:
    """A grid with what a list shows of it. `vacancies` are the grids below it without a lead."""

    grid: Grid
    lead: User | None
    households: measures.Value
    vacancies: int = 0

    @property
    def pk(self) -> int:
        """Return the grid's key."""
        return self.grid.pk

    @property
    def is_vacant(self) -> bool:
        """Whether somebody should be responsible here and nobody is."""
        return self.lead is None and self.grid.tier in LED_TIERS


def grids_wanted(
    *,
    actor: User,
    text: str = "",
    branch: Grid | None = None,
    vacant: bool = False,
    on: date | None = None,
) -> QuerySet[Grid]:
    """Return the grids of a day (default today) that fit."""
    rows = vacancies(actor=actor, day=on) if vacant else grid_search(actor=actor, day=on)
    if branch is not None:
        rows = rows.filter(path__startswith=branch.path)
    return rows.filter(Q(name__icontains=text) | Q(code__icontains=text)) if text else rows


def _any_special(grids: Iterable[Grid]) -> bool:
    return any(grid.nature == GridNature.SPECIAL for grid in grids)


def nodes_of(*, actor: User, grids: Iterable[Grid], on: date | None = None) -> list[Node]:
    """Return these grids with who leads them today, how large they are, and how many below them nobody leads.

    Of a day before, `on`, they are called and led as they were; how large they were isn't counted again.
    """
    found, today = list(grids), timezone.localdate()
    if not found:
        return []
    if on is not None and on != today:
        return _nodes_on(actor, found, on)
    leads = lead_names([grid.pk for grid in found], today)
    paths = dict(grid_search(actor=actor).order_by().values_list("pk", "path"))
    sizes = measures.sizes(actor=actor, paths=paths, special=_any_special(found))
    vacant = list(vacancies(actor=actor).order_by().values_list("path", flat=True))
    return [
        Node(
            grid, leads.get(grid.pk), sizes.get(grid.pk),
            sum(path.startswith(grid.path) and path != grid.path for path in vacant),
        )
        for grid in found
    ]  # fmt: skip


def _nodes_on(actor: User, grids: list[Grid], day: date) -> list[Node]:
    leads = lead_names([grid.pk for grid in grids], day)
    vacant = list(vacancies(actor=actor, day=day).order_by().values_list("path", flat=True))
    above = {grid.parent.pk: grid.parent for grid in grids if grid.parent is not None}
    names = names_on(grids=[*above.values(), *grids], day=day)
    for grid in grids:
        # shown, never saved
        grid.name = names[grid.pk]
        if grid.parent is not None:
            grid.parent.name = names[grid.parent.pk]
    return [
        Node(
            grid, leads.get(grid.pk), None,
            sum(path.startswith(grid.path) and path != grid.path for path in vacant),
        )
        for grid in grids
    ]  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One measure of one grid, ready to be shown."""

    measure: measures.Measure
    value: measures.Value
    part: int | None
    whole: int | None


def grid_figures(*, actor: User, grid: Grid) -> list[Figure]:
    """Return every registered measure of a grid with all that lies below it; of a special grid, of its members."""
    special = grid.nature == GridNature.SPECIAL
    below = dict(Grid.objects.visible_to(actor).filter(path__startswith=grid.path).values_list("pk", "path"))
    found = []
    for one in measures.registered():
        raws = measures.collect(actor=actor, key=one.key, within=grid.path, special=special)
        raw = one.fold(raw for pk, raw in raws.items() if pk in below)
        part, whole = raw if isinstance(raw, tuple) else (None, None)
        found.append(Figure(one, one.value(raw), part, whole))
    return found


@dataclass(frozen=True)
class Step:
    """A grid above another: its name always, its page only where the reader may go."""

    grid: Grid
    is_open: bool


@dataclass(frozen=True)
class Overview:
    """Everything a grid's page shows."""

    grid: Grid
    above: list[Step]
    figures: list[Figure]
    now: list[Assignment]
    later: list[Assignment]
    past: list[Assignment]
    duties: list[Duty]
    children: list[Node]
    closed: list[Grid]
    """What hung below it and was closed."""
    names: list[GridName]

    @property
    def lead(self) -> User | None:
        """Return who leads the grid today."""
        return next((row.user for row in self.now if row.part == Part.LEAD), None)


def _above(actor: User, grid: Grid) -> list[Step]:
    steps, one = [], grid.parent
    while one is not None:
        steps.append(one)
        one = one.parent
    seen = set(
        Grid.objects.visible_to(actor).filter(pk__in=[step.pk for step in steps]).values_list("pk", flat=True)
    )
    return [Step(step, step.pk in seen) for step in reversed(steps)]


def _children(actor: User, grid: Grid) -> list[Node]:
    today = timezone.localdate()
    rows = list(grid_list(actor=actor).filter(in_force(today), parent=grid).order_by("code"))
    if not rows:
        return []
    below = Grid.objects.visible_to(actor).filter(path__startswith=grid.path)
    paths = dict(below.values_list("pk", "path"))
    counts = measures.sizes(actor=actor, paths=paths, within=grid.path, special=_any_special(rows))
    leads = lead_names([row.pk for row in rows], today)
    return [Node(row, leads.get(row.pk), counts.get(row.pk)) for row in rows]


def grid_overview(*, actor: User, grid: Grid) -> Overview:
    """Return what a grid's page shows; the caller has read the grid as this actor."""
    today = timezone.localdate()
    now: list[Assignment] = []
    later: list[Assignment] = []
    past: list[Assignment] = []
    for row in assignment_list(actor=actor).filter(grid=grid):
        if row.valid_to is not None and row.valid_to < today:
            past.append(row)
        else:
            (later if row.valid_from > today else now).append(row)
    order = [Part.LEAD.value, Part.DEPUTY.value, Part.HELPER.value]
    now.sort(key=lambda row: order.index(row.part))
    return Overview(
        grid=grid,
        above=_above(actor, grid),
        figures=grid_figures(actor=actor, grid=grid),
        now=now,
        later=sorted(later, key=lambda row: row.valid_from),
        past=past,
        duties=list(duty_list(actor=actor).filter(in_force(today), grid=grid)),
        children=_children(actor, grid),
        closed=list(grid_list(actor=actor).filter(parent=grid, valid_to__lt=today).order_by("code")),
        names=list(name_list(actor=actor).filter(grid=grid)),
    )


def names_on(*, grids: Iterable[Grid], day: date) -> dict[int, str]:
    """Return what each of these grids was called on a day. The caller has read them as somebody."""
    found = {grid.pk: grid.name for grid in grids}
    rows = GridName.everywhere().filter(grid_id__in=found, valid_from__lte=day, valid_to__gte=day)
    return found | dict(rows.values_list("grid_id", "name"))


def name_list(*, actor: User) -> QuerySet[GridName]:
    """Return what grids that the person may see were called before, the latest first."""
    return GridName.objects.visible_to(actor).order_by("-valid_to")


def backdating_list(*, actor: User) -> QuerySet[Backdating]:
    """Return the changes before today that were asked for in grids the person may see, newest first."""
    return Backdating.objects.visible_to(actor).select_related(
        "grid", "user", "to_grid", "asked_by", "decided_by"
    )


def backdatings_within(*, actor: User, first: date, last: date) -> QuerySet[Backdating]:
    """Return those that reach back into a month: asked for on its first day or later, from its last day or earlier on."""
    begins = timezone.make_aware(datetime.combine(first, time.min))
    reaching = backdating_list(actor=actor).filter(since__lte=last, asked_at__gte=begins)
    return reaching.filter(Q(until=None) | Q(until__gte=first))


def backdatings_to_sign(*, actor: User) -> QuerySet[Backdating]:
    """Return the changes before today that wait for this person's signature: what he asked for himself doesn't."""
    open_ones = backdating_list(actor=actor).filter(
        where(actor, Act.BACKDATING_SIGN, "grid__"), decided_at=None
    )
    return open_ones.exclude(asked_by__in=accounts_of(actor))


def grids_by_code(*, actor: User | None, codes: Iterable[str]) -> dict[str, Grid]:
    """Return grids by their codes, for a file that names them; the installation itself sees all."""
    if actor is not None:
        return {grid.code: grid for grid in grid_list(actor=actor).filter(code__in=set(codes))}
    with waive_scope("the installation itself brings a file"):
        return {grid.code: grid for grid in Grid.objects.filter(code__in=set(codes))}


def assignments_of(*, actor: User | None, grids: Iterable[Grid]) -> list[Assignment]:
    """Return everybody's parts in grids that were read as somebody."""
    rows = assignment_list(actor=actor) if actor is not None else Assignment.everywhere()
    return list(
        rows.filter(grid__in=[grid.pk for grid in grids]).select_related("grid", "user").order_by("pk")
    )


def assignments_by_key(*, actor: User | None, keys: Iterable[int]) -> list[Assignment]:
    """Return parts by their keys; the installation itself sees all."""
    rows = assignment_list(actor=actor) if actor is not None else Assignment.everywhere()
    return list(rows.filter(pk__in=set(keys)).select_related("grid", "user"))
