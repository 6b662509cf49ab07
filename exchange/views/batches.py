"""Files that are brought in: what may be brought, a batch and its rows."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from exchange import selectors, services
from exchange.forms import BringForm, ColumnsForm, ExpectedForm
from exchange.models import Batch, State
from exchange.presenting import batches, comparing
from exchange.presenting.standing import standing_workbook
from exchange.presenting.templates import form_workbook
from exchange.selectors import JUDGE, STORE, UNDO
from exchange.sending import sent
from exchange.services.returning import wrong_rows
from exchange.sheets import Fate, Sheet, sheet_of, sheets_for
from exchange.sheets import sheets as kinds
from exchange.writing import file_name
from gridbank.errors import NotAllowed
from gridbank.once import once
from gridbank.pages import INVALID, form_page, key_asked, key_page, part_of, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from people.access import StaffRequest, allow
from people.enums import Role

# whoever leads no branch brings no file but that of the accounts that he opens
bringers = allow(Role.BRANCH_MANAGER, Role.HEAD_OFFICE, Role.SYSADMIN)
# what other systems send is loaded for the whole bank
overseers = allow(Role.HEAD_OFFICE)
WORKS = {"judge": JUDGE, "store": STORE, "undo": UNDO}


def _kind(request: StaffRequest, kind: str) -> Sheet:
    sheet = sheet_of(kind)
    if sheet is None:
        raise Http404
    if not sheet.may(request.user):
        raise NotAllowed(sheet.why_not(request.user))
    return sheet


def _batch(request: StaffRequest, pk: int) -> Batch:
    return visible_or_404(selectors.batch_list(actor=request.user), pk=pk)


@require_safe
@bringers
def exchange_home(request: StaffRequest) -> HttpResponse:
    """Show which files one may bring, and those that were brought."""
    rows, after = selectors.batch_list(actor=request.user), key_asked(request)
    page = key_page(request, rows.filter(pk__lt=after) if after else rows, key=lambda batch: batch.pk)
    sheets = sheets_for(request.user)
    may_expect = bool(selectors.compared_by(request.user))
    context = {"sheets": sheets, "may_expect": may_expect, "page": page, "rows": batches.rows(page.rows)}
    return render(request, "exchange/home.html", context)


@require_page
@bringers
@once
def exchange_new(request: StaffRequest, kind: str) -> HttpResponse:
    """Take a file in, and begin with its dry run when its columns are clear."""
    sheet = _kind(request, kind)
    form = BringForm(request.POST or None, request.FILES or None)
    made: list[Batch] = []

    def write(data: dict[str, Any]) -> None:
        batch = services.batch_bring(
            actor=request.user, kind=kind, name=data["file"].name, content=form.content(), as_of=data["as_of"]
        )
        made.append(batch)
        if not batch.layout.missing(sheet):
            services.batch_start(actor=request.user, batch=batch, work=JUDGE)

    if request.method == "POST" and written(form, write):
        return redirect(made[0])
    return form_page(request, "exchange/new.html", {"form": form, "sheet": sheet})


@require_safe
@bringers
def exchange_template(request: StaffRequest, kind: str) -> HttpResponse:
    """Send the workbook that is to be filled in."""
    sheet = _kind(request, kind)
    return sent(form_workbook(sheet), file_name(str(sheet.label), _("template")))


@require_safe
@bringers
def exchange_out(request: StaffRequest, kind: str) -> HttpResponse:
    """Send what stands here of a kind, as a file that can be brought in again."""
    sheet = _kind(request, kind)
    if sheet.out is None:
        raise Http404
    standing = sheet.out(request.user)
    if sheet.outlet:
        free = selectors.export_limit(actor=request.user)
        standing = list(islice(standing, free + 1))
        if len(standing) > free:
            return redirect("exchange:export-new", of=sheet.outlet)
    body, rows = standing_workbook(sheet, standing)
    services.kind_taken(actor=request.user, kind=kind, rows=rows)
    return sent(body, file_name(str(sheet.label), f"{timezone.localdate()}"))


@require_safe
@vary_on_headers("HX-Request")
@bringers
def exchange_batch(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a batch; a page that waited for work that is done looks again."""
    batch = _batch(request, pk)
    context = batches.page(batch, actor=request.user, form=ColumnsForm(batch=batch))
    template = part_of(request, "exchange/batch.html", "progress")
    if template != "exchange/batch.html" and not (context["progress"] and context["progress"]["is_open"]):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, template, context)


@require_POST
@bringers
@once
def exchange_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which column is what, and do the dry run again."""
    batch = _batch(request, pk)
    form = ColumnsForm(request.POST, batch=batch)

    def write(_data: dict[str, Any]) -> None:
        mapped = services.batch_map(actor=request.user, batch=batch, keys=form.keys())
        services.batch_start(actor=request.user, batch=mapped, work=JUDGE)

    if written(form, write):
        return redirect(batch)
    return render(
        request, "exchange/batch.html", batches.page(batch, actor=request.user, form=form), status=INVALID
    )


@require_POST
@bringers
@once
def exchange_start(request: StaffRequest, pk: int, work: str) -> HttpResponse:
    """Begin with the dry run, the storing or the putting back of a batch, or go on with it."""
    batch = _batch(request, pk)
    if work == "undo":
        page = unanswered(request, batches.undoing(batch))
        if page is not None:
            return page
    services.batch_start(actor=request.user, batch=batch, work=WORKS[work])
    return redirect(batch)


@require_POST
@bringers
@once
def exchange_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop the work on a batch."""
    batch = services.batch_stop(actor=request.user, batch=_batch(request, pk))
    return redirect(batch)


@require_POST
@bringers
@once
def exchange_take(request: StaffRequest, pk: int) -> HttpResponse:
    """Store rows that were ticked as the file has them."""
    batch = _batch(request, pk)
    count = services.rows_take(actor=request.user, batch=batch, keys=request.POST.getlist("rows"))
    said = ngettext("%(n)s row went in.", "%(n)s rows went in.", count) % {"n": count}
    messages.success(request, said)
    return redirect(batch)


@require_safe
@bringers
def exchange_wrong(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the wrong rows with what is wrong beside each."""
    batch = _batch(request, pk)
    body = wrong_rows(batch)
    services.errors_taken(actor=request.user, batch=batch, rows=batch.counts.get(Fate.WRONG, 0))
    return sent(body, file_name(batch.name.rpartition(".")[0] or batch.name, _("wrong rows")))


def _compared(request: StaffRequest, pk: int) -> Batch:
    """Return a batch that can be held against what stands here: its rows are in, and its kind says how."""
    batch = _batch(request, pk)
    if batch.sheet.compared is None or batch.state not in {State.STORED, State.UNDONE}:
        raise Http404
    return batch


@require_safe
@overseers
def exchange_compared(request: StaffRequest, pk: int) -> HttpResponse:
    """Show in what a file and the archive differ."""
    context = comparing.page(_compared(request, pk), actor=request.user)
    return render(request, "exchange/compared.html", context)


@require_safe
@overseers
def exchange_compared_book(request: StaffRequest, pk: int) -> HttpResponse:
    """Send in what a file and the archive differ."""
    batch = _compared(request, pk)
    body = comparing.book(batch, actor=request.user)
    services.report_taken(actor=request.user, batch=batch)
    return sent(body, file_name(str(batch.sheet.label), _("report"), batch.as_of.isoformat()))


@require_page
@overseers
@once
def exchange_expected(request: StaffRequest) -> HttpResponse:
    """Show and say by when which files are to be here every night."""
    sheets = selectors.compared_by(request.user)
    if not sheets:
        # without a kind the form is empty, and an empty one is always right
        raise NotAllowed(next((one.why_not(request.user) for one in kinds() if one.compared), ""))
    due = selectors.expectations(actor=request.user)
    form = ExpectedForm(request.POST or None, sheets=sheets, due=due)

    def write(data: dict[str, Any]) -> None:
        for kind, due_at in data.items():
            services.expectation_set(actor=request.user, kind=kind, due_at=due_at)

    if request.method == "POST" and written(form, write):
        messages.success(request, _("The hours are kept."))
        return redirect("exchange:expected")
    return form_page(request, "exchange/expected.html", {"form": form})
