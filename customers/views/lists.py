"""The list of people, and the exact search that leaves nothing in an address."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from customers.forms.finding import TO_THE_CLOSED_FIELD, ListForm, NumberForm
from customers.identity import IdentityError
from customers.presenting import people
from gridbank.errors import Refused
from gridbank.pages import form_page, part_of
from people.access import StaffRequest, business

LIST = "customers/list.html"
KEYS = ("after", "before")
FILTERS = ("branch", "grid", "archive", "met", "app", "age", "tag", "migrant")


def _link(form: ListForm, **key: int | None) -> str:
    given = {name: form.data[name] for name in form.data if name in form.fields and name not in KEYS}
    return "?" + urlencode({name: value for name, value in {**given, **key}.items() if value})


def _shown(form: ListForm, page: people.Page) -> dict[str, Any]:
    pager = {
        "next_url": _link(form, after=page.after) if page.after else "",
        "previous_url": _link(form, before=page.before) if page.before else "",
    }
    return {
        "rows": people.describe(page.rows),
        "page": page,
        "pager": pager,
        "first_url": _link(form),
        "filtered": len(_link(form)) > 1,
    }


@require_GET
@business
@vary_on_headers("HX-Request")
def customer_list(request: StaffRequest) -> HttpResponse:
    """Show a page of people."""
    form = ListForm(request.GET, actor=request.user)
    template = part_of(request, LIST, "rows")
    context = {"form": form, "number_form": NumberForm(), "filters": [form[name] for name in FILTERS]}
    if form.has_error("q", code="private"):
        messages.error(request, TO_THE_CLOSED_FIELD)
        # away from an address that holds a number
        return redirect("customers:list")
    if form.is_valid():
        keys = {name: form.cleaned_data[name] for name in KEYS}
        page = people.people_page(actor=request.user, wanted=form.wanted(), **keys)
        context.update(_shown(form, page))
    response = render(request, template, context)
    response.headers["HX-Push-Url"] = request.path + _link(form).removesuffix("?")
    return response


@require_POST
@sensitive_post_parameters()
@business
def customer_search(request: StaffRequest) -> HttpResponse:
    """Find people by a whole ID number or phone; one hit opens the household."""
    form = NumberForm(request.POST)
    rows = []
    if form.is_valid():
        try:
            number = form.cleaned_data["number"]
            rows = people.describe(people.people_by_number(actor=request.user, number=number))
        except (IdentityError, Refused) as error:
            form.add_error("number", str(error.message))
    if len(rows) == 1:
        return redirect("{url}#customer-{pk}".format(**rows[0]))
    context = {"number_form": NumberForm(), "errors": form.errors.get("number"), "rows": rows}
    return form_page(request, "customers/found.html", context, form=form)
