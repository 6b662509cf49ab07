"""The map and its data, and the drafts of another cut."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from gridbank.once import once
from gridbank.pages import form_page, key_asked, key_page, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from grids.authority import Act, may, require, roles_of
from ground import drafts, services
from ground.forms import (
    BringForm,
    CellForm,
    CellRenameForm,
    ChangeForm,
    CutForm,
    DrawForm,
    DrawNewForm,
    FoundForm,
    KeepForm,
    LayoutForm,
    MapForm,
    MergeForm,
    MoveForm,
    SubmitForm,
)
from ground.models import Layout
from ground.presenting import drawing
from ground.presenting import layouts as laying
from ground.presenting import map as presenting
from ground.undoing import CHANGED, OPENED
from people import undoing
from people.access import StaffRequest, allow, business

# rows beside the map; the map itself shows more
LISTED = 500


@require_safe
@business
def grid_map(request: StaffRequest) -> HttpResponse:
    """Show the map with the list beside it; without scripts the list is the map."""
    form = MapForm(request.GET, actor=request.user)
    if not form.is_valid():
        form = MapForm({}, actor=request.user)
        form.is_valid()
    view = form.view()
    rows = presenting.map_rows(actor=request.user, view=view)
    form.initial = {"measure": view.measure.key, "level": view.tier, "on": view.day}
    chosen = MapForm(initial=form.initial | {"grid": view.around}, actor=request.user)
    context = {"form": chosen, "view": view, "rows": rows[:LISTED], "total": len(rows)}
    context |= {"legend": presenting.legend(view, rows), "title": presenting.title(view)}
    return render(request, "ground/map.html", context)


@require_safe
@business
# this answer holds no token and echoes nothing of the request, so its size tells nothing (BREACH)
@gzip_page
def map_data(request: StaffRequest) -> HttpResponse:
    """Return the map as GeoJSON."""
    form = MapForm(request.GET, actor=request.user)
    if not form.is_valid():
        # a program asked: wrong questions are 400 as in the API; 422 is a page that comes back with what was typed
        return JsonResponse({"errors": form.errors.get_json_data()}, status=400)
    data = presenting.map_data(actor=request.user, view=form.view())
    options = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(data, json_dumps_params=options, content_type="application/geo+json")


@require_safe
@allow(roles_of(Act.LAYOUT_MAKE))
def layout_list(request: StaffRequest) -> HttpResponse:
    """Show the drafts of another cut, newest first."""
    after = key_asked(request)
    rows = drafts.layout_list(actor=request.user)
    page = key_page(request, rows if after is None else rows.filter(pk__lt=after), key=lambda row: row.pk)
    context = {
        "rows": laying.listed(page.rows),
        "page": page,
        "may_open": may(request.user, Act.LAYOUT_MAKE),
        "to_sign": drafts.layouts_to_sign(actor=request.user).count(),
    }
    return render(request, "ground/layouts.html", context)


@require_page
@allow(roles_of(Act.LAYOUT_MAKE))
@once
def layout_new(request: StaffRequest) -> HttpResponse:
    """Begin a draft."""
    require(request.user, Act.LAYOUT_MAKE)
    form = LayoutForm(request.POST or None, actor=request.user, initial={"grid": request.GET.get("grid", "")})
    made: list[Layout] = []
    if request.method == "POST" and written(
        form, lambda data: made.append(services.layout_open(actor=request.user, **data))
    ):
        said = _("The draft “%(name)s” is begun: nothing changes until two people publish it.")
        undoing.offer(request, said % {"name": made[0].name}, OPENED, made[0].pk)
        return redirect(made[0])
    return form_page(request, "ground/layout_new.html", {"form": form})


def _layout(request: StaffRequest, pk: int) -> Layout:
    found: Layout = visible_or_404(drafts.layout_list(actor=request.user), pk=pk)
    return found


CHANGES: dict[str, tuple[Any, Any]] = {
    "move": (MoveForm, services.layout_move),
    "found": (FoundForm, services.layout_found),
    "rename": (CellRenameForm, services.layout_rename),
    "merge": (MergeForm, services.layout_merge),
    "close": (CellForm, services.layout_close_cell),
    "keep": (KeepForm, services.layout_keep_cell),
    "bring": (BringForm, services.layout_bring),
    "back": (ChangeForm, services.layout_step_back),
}
# what the page with the map does; undoing as well, so that one stays there
DRAWN: dict[str, tuple[Any, Any]] = {
    "draw": (DrawForm, services.layout_draw),
    "new": (DrawNewForm, services.layout_draw_new),
    "cut": (CutForm, services.layout_cut),
    "merge": CHANGES["merge"],
    "rename": CHANGES["rename"],
    "back": CHANGES["back"],
}


def _page(request: StaffRequest, row: Layout, **sent: Any) -> HttpResponse:
    context = laying.page(request.user, row, request.GET.dict())
    shown = {
        name: form(cells=context["sheet"].cells, initial={"version": row.version}, auto_id=_ids(name))
        for name, (form, _service) in CHANGES.items()
    }
    shown["submit"] = SubmitForm(initial={"version": row.version, "first_day": row.first_day})
    wrong = next(iter(sent.values()), None)
    context |= {"forms": shown | sent, "form": wrong or shown["move"]}
    return form_page(request, "ground/layout.html", context, begins=wrong is not None)


@require_safe
@allow(roles_of(Act.LAYOUT_MAKE))
def layout_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft: today beside it, the list, what it makes of everybody's load, what is to be mended."""
    return _page(request, _layout(request, pk))


@require_POST
@allow(roles_of(Act.LAYOUT_MAKE))
@once
def layout_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft, or undo its last change."""
    row = _layout(request, pk)
    answer, sent = _changed(request, row, CHANGES, row.get_absolute_url())
    return answer or _page(request, row, **sent)


def _changed(
    request: StaffRequest, row: Layout, changes: dict[str, tuple[Any, Any]], to: str
) -> tuple[HttpResponse | None, dict[str, Any]]:
    """Do what was sent and lead on; else return the form with what is wrong in it, by its name."""
    asked = request.POST.get("op", "back")
    name = asked if asked in changes else "back"
    kind, service = changes[name]
    cells = drafts.sheet(actor=request.user, layout=row).cells
    form = kind(request.POST, request.FILES, cells=cells, auto_id=_ids(name))
    made: list[Layout] = []
    if not written(form, lambda given: made.append(service(actor=request.user, layout=row, **given))):
        # the page that comes back shows the draft as it is now: that is what the next try is about
        form.data = form.data.copy()
        form.data["version"] = str(row.version)
        return None, {name: form}
    if made[0].version == row.version:
        messages.info(request, _("By that nothing changes."))
        return redirect(to), {}
    told = {"number": made[0].version}
    if name != "back":
        undoing.offer(request, _("Kept as draft %(number)s.") % told, CHANGED, made[0].pk, made[0].version)
    else:
        messages.success(request, _("The last change is undone: draft %(number)s.") % told)
    return redirect(to), {}


def _ids(name: str) -> str:
    """Return how the fields of a form are called beside those of others on one page."""
    return f"{name}_%s"


@require_page
@allow(roles_of(Act.LAYOUT_MAKE))
@once
def layout_draw(request: StaffRequest, pk: int) -> HttpResponse:
    """Draw grids of a draft on the map: a new one, another edge, a cut, two made one."""
    row, sent = _layout(request, pk), dict[str, Any]()
    if request.method == "POST":
        answer, sent = _changed(request, row, DRAWN, drawing.address(row))
        if answer is not None:
            return answer
    context = drawing.page(request.user, row, request.GET.get("cell", ""))
    initial = {"version": row.version, "cell": context["chosen"]}
    shown = {
        name: form(cells=context["sheet"].cells, initial=initial, auto_id=_ids(name))
        for name, (form, _service) in DRAWN.items()
    }
    wrong = next(iter(sent.values()), None)
    context |= {"forms": shown | sent, "form": wrong or shown["draw"], "tool": next(iter(sent), "")}
    return form_page(request, "ground/layout_draw.html", context, begins=wrong is not None)


@require_safe
@allow(roles_of(Act.LAYOUT_MAKE))
# as the map's: no token, and nothing of the request
@gzip_page
def layout_ground(request: StaffRequest, pk: int) -> HttpResponse:
    """Return the ground of a draft and what the check says of it, for the page that draws."""
    options = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(drawing.ground(request.user, _layout(request, pk)), json_dumps_params=options)


@require_POST
@allow(roles_of(Act.LAYOUT_MAKE))
@once
def layout_submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one's name under a draft, for a second person to sign."""
    row, form = _layout(request, pk), SubmitForm(request.POST)
    if written(form, lambda data: services.layout_submit(actor=request.user, layout=row, **data)):
        messages.success(request, _("Submitted under your name: a second person signs it now."))
        return redirect(row)
    return _page(request, row, submit=form)


@require_POST
@allow(roles_of(Act.LAYOUT_MAKE))
@once
def layout_return(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a submitted draft back."""
    row = services.layout_return(actor=request.user, layout=_layout(request, pk))
    messages.success(request, _("Given back: the draft may be changed again."))
    return redirect(row)


@require_POST
@allow(roles_of(Act.LAYOUT_SIGN))
@once
def layout_sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish what somebody else submitted."""
    row = services.layout_sign(actor=request.user, layout=_layout(request, pk))
    day = row.first_day.isoformat()
    messages.success(request, _("Signed under your name: it takes effect on %(day)s.") % {"day": day})
    return redirect(row)


@require_POST
@allow(roles_of(Act.LAYOUT_MAKE))
def layout_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a draft up, or take a signed one back before its day."""
    row = _layout(request, pk)
    require(request.user, Act.LAYOUT_MAKE, row.grid)
    if page := unanswered(request, laying.undoing(row)):
        return page
    services.layout_undo(actor=request.user, layout=row)
    messages.success(request, _("The draft is undone: everything stays as it was."))
    return redirect(row)
