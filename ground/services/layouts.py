"""Draft layouts: begun beside today's, changed version by version, submitted, signed by a second person, undone."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from audit.verification import Signed
from gridbank.errors import NotAllowed, Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.authority import Act, require
from grids.enums import GridKind, PeerGroup, Tier
from grids.models import Grid
from grids.services.access import grid_locked
from ground import cutting, policies
from ground.actions import Action
from ground.cutting import Cell, Content, Place
from ground.drafts import Sheet, layout_list, sheet, version_of
from ground.enums import LayoutAct, LayoutState
from ground.findings import sentence
from ground.geometry import to_geojson
from ground.models import Layout, LayoutShape, LayoutVersion
from ground.yielding import joined
from people.models import User

LONGEST = 80
# villages and groups in one change, and changes of one draft
MOST_PLACES = 5_000
MOST_VERSIONS = 5_000


def given_name(name: str) -> str:
    """Return a name as it is kept. Raises Refused."""
    name = name.strip()
    if not name or len(name) > LONGEST:
        raise Refused(_("Give a name of at most %(most)s characters.") % {"most": LONGEST}, field="name")
    refuse_numbers("name", name)
    return name


def _coming(first_day: date) -> None:
    if first_day < timezone.localdate():
        raise Refused(_("A layout takes effect today or later."), field="first_day")


@transaction.atomic
def layout_open(*, actor: User, grid: Grid, name: str, first_day: date) -> Layout:
    """Begin a draft of how a grid is cut, beside today's: it changes nothing yet. Raises Refused, PermissionDenied."""
    grid = grid_locked(actor, grid, Act.LAYOUT_MAKE)
    if grid.tier == Tier.MANAGER:
        raise Refused(_("Only a bank or a branch is cut."), field="grid")
    if grid.valid_to is not None and grid.valid_to < timezone.localdate():
        raise Refused(_("This grid is closed."), field="grid")
    _coming(first_day)
    made = Layout(
        grid=grid, name=given_name(name), first_day=first_day, opened_by=actor, opened_at=timezone.now()
    )
    made.save()
    _version(actor, made, cutting.empty(), act=LayoutAct.OPENED)
    changes = {"grid": grid.pk, "name": made.name, "from": first_day}
    record(actor=actor, action=Action.LAYOUT_OPENED, subject=made, changes=changes)
    return made


def _version(
    actor: User, layout: Layout, content: Content, *, act: str, told: str = "", before: int | None = None
) -> LayoutVersion:
    made = LayoutVersion(
        layout=layout, number=layout.version, before=before, act=act, told=told[:200], content=content, made_by=actor,
        made_at=timezone.now(),
    )  # fmt: skip
    made.save()
    return made


def _held(actor: User, layout: Layout, act: Act, states: Collection[str]) -> Layout:
    found: Layout = visible_or_404(locked(layout_list(actor=actor)), pk=layout.pk)
    require(actor, act, found.grid)
    if found.state not in states:
        raise Refused(_("It can't be changed any more: %(state)s.") % {"state": found.get_state_display()})
    return found


def draft_held(actor: User, layout: Layout, version: int) -> Sheet:
    """Return the draft under lock, as the one who changes it has seen it. Raises Refused when it is another by now."""
    found = _held(actor, layout, Act.LAYOUT_MAKE, {LayoutState.DRAFT})
    if found.version != version:
        raise Refused(_("The draft was changed meanwhile. Look at it again."))
    if version >= MOST_VERSIONS:
        raise Refused(_("This draft was changed too often. Begin another."))
    return sheet(actor=actor, layout=found)


def draft_changed(actor: User, found: Sheet, act: str, told: str, content: Content) -> Layout:
    """Keep what a draft says now as its next version."""
    layout, before = found.layout, found.layout.version
    if content == found.content:
        return layout
    layout.version += 1
    layout.save(update_fields=["version"])
    _version(actor, layout, content, act=act, told=told, before=before)
    changes = {"version": [before, layout.version], "act": str(act), "told": told}
    record(actor=actor, action=Action.LAYOUT_CHANGED, subject=layout, changes=changes)
    return layout


def _cell(found: Sheet, key: str, field: str = "cell") -> Cell:
    if key not in found.cells:
        raise Refused(_("This grid isn't in the draft."), field=field)
    return found.cells[key]


def draft_cell(found: Sheet, key: str, field: str = "cell") -> Cell:
    """Return a grid that the draft doesn't close. Raises Refused."""
    cell = _cell(found, key, field)
    if cell.closed:
        raise Refused(_("%(grid)s is closed by the draft.") % {"grid": cell.name}, field=field)
    return cell


def _places(found: Sheet, places: Collection[Place]) -> list[Place]:
    there = {row.place for row in found.rows}
    wanted = list(dict.fromkeys(places))
    if not 0 < len(wanted) <= MOST_PLACES:
        raise Refused(_("Tick villages or groups first."), field="places")
    if missing := [place for place in wanted if place not in there]:
        raise Refused(_("Not here any more: %(places)s.") % {"places": missing[0].group or missing[0].area})
    return wanted


def _said(found: Sheet, places: Collection[Place]) -> str:
    homes = sum(row.households for row in found.rows if row.place in set(places))
    return _("%(places)s places, %(homes)s households") % {"places": len(places), "homes": homes}


@transaction.atomic
def layout_move(*, actor: User, layout: Layout, version: int, places: Collection[Place], cell: str) -> Layout:
    """Put villages and groups into a grid of the draft. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    to, wanted = draft_cell(found, cell), _places(found, places)
    told = _("%(what)s → %(grid)s") % {"what": _said(found, wanted), "grid": to.name}
    return draft_changed(actor, found, LayoutAct.MOVED, told, cutting.moved(found.content, wanted, cell))


@transaction.atomic
def layout_found(
    *,
    actor: User,
    layout: Layout,
    version: int,
    name: str,
    kind: str = "",
    peer_group: str = PeerGroup.COUNTRY,
    places: Collection[Place] = (),
) -> Layout:
    """Add a grid to the draft, with what is split off from others if anything is. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    name = free_name(found, given_name(name))
    kind = kind or fitting_kind(found.layout)
    if kind not in GridKind.values or peer_group not in PeerGroup.values:
        raise Refused(_("Choose one of the kinds."), field="kind")
    content, key = cutting.founded(found.content, name, kind, peer_group)
    told = name
    if places:
        wanted = _places(found, places)
        content = cutting.moved(content, wanted, key)
        told = _("%(what)s → %(grid)s") % {"what": _said(found, wanted), "grid": name}
    return draft_changed(actor, found, LayoutAct.FOUNDED, told, content)


def fitting_kind(layout: Layout) -> str:
    """Return the kind of most grids that a draft founds."""
    return GridKind.VILLAGE if layout.grid.tier == Tier.BRANCH else GridKind.OFFICE


def free_name(found: Sheet, name: str, key: str = "") -> str:
    """Return a name that no other grid of the draft has. Raises Refused."""
    if any(cell.name == name and cell.key != key for cell in found.open_cells):
        raise Refused(_("A grid of this name is in the draft already."), field="name")
    return name


@transaction.atomic
def layout_rename(*, actor: User, layout: Layout, version: int, cell: str, name: str) -> Layout:
    """Call a grid of the draft otherwise. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    there = draft_cell(found, cell)
    name = free_name(found, given_name(name), cell)
    today = there.renamed_from or ("" if there.is_new else there.name)
    told = _("%(before)s → %(name)s") % {"before": there.name, "name": name}
    return draft_changed(
        actor, found, LayoutAct.RENAMED, told, cutting.renamed(found.content, cell, name, today)
    )


@transaction.atomic
def layout_merge(*, actor: User, layout: Layout, version: int, cell: str, into: str) -> Layout:
    """Let all of one grid go to another and close it; neighbours' ground becomes one. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    gone, stays = draft_cell(found, cell), draft_cell(found, into, "into")
    if gone.key == stays.key:
        raise Refused(_("Choose two different grids."), field="into")
    places = [row.place for row in found.rows if row.target == gone.key]
    shape = None
    if gone.key in found.grounds and stays.key in found.grounds:
        whole = joined(found.grounds[stays.key], found.grounds[gone.key])
        shape = shape_kept(found.layout, to_geojson(whole, 7))
    content = cutting.merged(found.content, places, stays.key, gone.key, shape)
    told = _("%(grid)s → %(into)s") % {"grid": gone.name, "into": stays.name}
    return draft_changed(actor, found, LayoutAct.MERGED, told, content)


def shape_kept(layout: Layout, geojson: Any) -> int:
    """Keep ground of a draft and return its key."""
    made = LayoutShape(layout=layout, geojson=geojson)
    made.save()
    return made.pk


@transaction.atomic
def layout_close_cell(*, actor: User, layout: Layout, version: int, cell: str) -> Layout:
    """Close a grid by the draft; what is in it waits for another, and is listed as having none."""
    found = draft_held(actor, layout, version)
    there = draft_cell(found, cell)
    return draft_changed(actor, found, LayoutAct.CLOSED, there.name, cutting.closed(found.content, cell))


@transaction.atomic
def layout_keep_cell(*, actor: User, layout: Layout, version: int, cell: str) -> Layout:
    """Keep a grid after all that the draft closes. Raises Refused, PermissionDenied."""
    found = draft_held(actor, layout, version)
    there = _cell(found, cell)
    return draft_changed(actor, found, LayoutAct.KEPT, there.name, cutting.kept(found.content, cell))


@transaction.atomic
def layout_step_back(*, actor: User, layout: Layout, version: int) -> Layout:
    """Undo the last change of a draft; again, the one before that. Raises Refused when there is none."""
    found = draft_held(actor, layout, version)
    last = version_of(actor=actor, layout=found.layout)
    if last.before is None:
        raise Refused(_("Nothing was changed that could be undone."))
    to = version_of(actor=actor, layout=found.layout, number=last.before)
    found.layout.version += 1
    found.layout.save(update_fields=["version"])
    _version(actor, found.layout, to.content, act=LayoutAct.UNDONE, told=last.told, before=to.before)
    changes = {"version": [version, found.layout.version], "as": to.number}
    record(actor=actor, action=Action.LAYOUT_CHANGED, subject=found.layout, changes=changes)
    return found.layout


def layout_seal(found: Sheet) -> str:
    """Return the digest of what a draft says and of the ground drawn in it."""
    shapes = {
        cell.key: to_geojson(found.grounds[cell.key], 7)
        for cell in found.cells.values()
        if cell.shape is not None
    }
    return cutting.seal(found.content, [found.layout.grid_id, shapes])


def _refuse_faulty(found: Sheet) -> None:
    if must := found.must:
        raise Refused(sentence(must[0]))


@transaction.atomic
def layout_submit(*, actor: User, layout: Layout, version: int, first_day: date) -> Layout:
    """Hand a draft in to be signed by a second person; from then on it is not changed. Raises Refused for what must be mended."""
    found = draft_held(actor, layout, version)
    _coming(first_day)
    _refuse_faulty(found)
    row = found.layout
    row.state, row.submitted_by, row.submitted_at = LayoutState.SUBMITTED, actor, timezone.now()
    row.first_day, row.seal = first_day, layout_seal(found)
    row.save(update_fields=["state", "submitted_by", "submitted_at", "first_day", "seal"])
    changes = {"version": version, "from": first_day, "seal": row.seal, "households": found.moved}
    record(actor=actor, action=Action.LAYOUT_SUBMITTED, subject=row, changes=changes)
    return row


@transaction.atomic
def layout_return(*, actor: User, layout: Layout) -> Layout:
    """Give a submitted draft back to be changed. Raises Refused, PermissionDenied."""
    row = _held(actor, layout, Act.LAYOUT_MAKE, {LayoutState.SUBMITTED})
    row.state = LayoutState.DRAFT
    row.submitted_by, row.submitted_at, row.seal = None, None, ""
    row.save(update_fields=["state", "submitted_by", "submitted_at", "seal"])
    record(actor=actor, action=Action.LAYOUT_RETURNED, subject=row, changes={"version": row.version})
    return row


@transaction.atomic
def layout_sign(*, actor: User, layout: Layout) -> Layout:
    """Publish what somebody else submitted: it takes effect on its day. Raises Refused, NotAllowed."""
    row = _held(actor, layout, Act.LAYOUT_SIGN, {LayoutState.SUBMITTED})
    if why := policies.why_not_second(actor, row):
        raise NotAllowed(why)
    if row.first_day < timezone.localdate():
        raise Refused(_("Its day has come before it was signed. Give it back and choose another day."))
    other = (
        layout_list(actor=actor).filter(state=LayoutState.SIGNED, grid=row.grid).exclude(pk=row.pk).first()
    )
    if other is not None:
        raise Refused(_("“%(name)s” waits for its day already. Undo that first.") % {"name": other.name})
    found = sheet(actor=actor, layout=row)
    if layout_seal(found) != row.seal:
        raise Refused(_("This is not what was submitted. Give it back and look at it again."))
    _refuse_faulty(found)
    row.state, row.signed_by, row.signed_at = LayoutState.SIGNED, actor, timezone.now()
    row.save(update_fields=["state", "signed_by", "signed_at"])
    changes = {"version": row.version, "from": row.first_day, "seal": row.seal}
    record(actor=actor, action=Action.LAYOUT_SIGNED, subject=row, changes=changes)
    return row


@transaction.atomic
def layout_undo(*, actor: User, layout: Layout) -> Layout:
    """Give a draft up, or take a signed one back before its day, or one that could not be put in force."""
    states = {LayoutState.DRAFT, LayoutState.SUBMITTED, LayoutState.SIGNED}
    row = _held(actor, layout, Act.LAYOUT_MAKE, states)
    if row.is_come and not row.trouble:
        raise Refused(_("Its day has come: it is put in force."))
    before, row.state = row.state, LayoutState.UNDONE
    row.undone_by, row.undone_at = actor, timezone.now()
    row.save(update_fields=["state", "undone_by", "undone_at"])
    changes = {"state": before, "from": row.first_day}
    record(actor=actor, action=Action.LAYOUT_UNDONE, subject=row, changes=changes)
    return row


def layout_signatures() -> Signed:
    """Return what must agree with the trail: who signed each layout."""
    with waive_scope("a proof looks at every signature"):
        rows = Layout.objects.exclude(signed_by=None).order_by("pk").values_list("pk", "signed_by_id")
        return Signed(Layout._meta.label_lower, Action.LAYOUT_SIGNED, rows)
