"""Each role's own home, and the search that every page has."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from customers.identity import IdentityError
from customers.searching import Kind
from dashboards.forms import MeasureForm, SearchForm
from dashboards.helping import FIRST_DAY, TOPICS, topic_of
from dashboards.navigation import navigation
from dashboards.policies import home_of
from dashboards.presenting import homes, setting_up
from dashboards.presenting import search as found
from dashboards.setting_up import own_bank
from gridbank.addresses import address
from gridbank.errors import NotAllowed, Refused
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from grids import services as grids
from grids.authority import FOUNDERS
from grids.forms import FoundForm
from grids.policies import may_found
from people.access import StaffRequest, allow, signed_in
from performance.indicators import INDICATORS


@require_safe
@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """Show the home of the role."""
    template, context = homes.home(actor=request.user, form=MeasureForm(request.GET))
    return render(request, template, context)


@require_page
@sensitive_post_parameters()
@signed_in
def search(request: StaffRequest) -> HttpResponse:
    """Look for anything: a whole number on the way it came, which is no address; all else by an address of its own."""
    posted = request.method == "POST"
    form = SearchForm(request.POST if posted else request.GET)
    context = {"form": form, "groups": [], "asked": "q" in form.data}
    if not form.is_valid():
        return form_page(request, "dashboards/search.html", context, form=form)
    text, term = form.cleaned_data["q"], form.term
    if term.kind == Kind.PRIVATE and not posted:
        # away from an address that holds a number
        return redirect("dashboards:search")
    if term.kind == Kind.PRIVATE and request.user.is_business:
        try:
            context["groups"] = found.by_number(actor=request.user, number=text)
        except (IdentityError, Refused) as error:
            form.add_error("q", str(error.message))
    elif term.kind != Kind.PRIVATE and posted:
        return redirect(address("dashboards:search", q=text))
    elif text:
        menu = found.menu_of(request, navigation(request))
        context["groups"] = found.everything(actor=request.user, text=text, term=term, menu=menu)
    return form_page(request, "dashboards/search.html", context, form=form)


@require_safe
@signed_in
def help_page(request: StaffRequest) -> HttpResponse:
    """Say what each page of the role answers, what its numbers mean, and what to press; the page one comes from first."""
    here = topic_of(request.GET.get("page", ""))
    mine = [topic for topic in TOPICS if topic.whose(request.user)]
    context = {
        "here": here,
        "topics": sorted(mine, key=lambda topic: topic != here),
        "first_day": FIRST_DAY[home_of(request.user)],
        "indicators": INDICATORS.values(),
    }
    return render(request, "dashboards/help.html", context)


@require_safe
@allow(FOUNDERS)
def setup(request: StaffRequest) -> HttpResponse:
    """Show how far the bank is set up; who has none yet founds it first."""
    bank = own_bank(actor=request.user)
    if bank is None:
        return redirect("dashboards:found" if may_found(request.user) else "dashboards:home")
    return render(request, "dashboards/setup.html", setting_up.page(actor=request.user, bank=bank))


@require_page
@allow(FOUNDERS)
@once
def found_page(request: StaffRequest) -> HttpResponse:
    """Found a bank of one's own on a county of the divisions that are shipped."""
    if not may_found(request.user):
        if request.method != "POST":
            return redirect("dashboards:setup")
        raise NotAllowed(_("Only somebody of head office who has no bank yet can found one."))
    form = FoundForm(request.POST or None)

    def write(data: dict[str, str]) -> None:
        grids.own_bank_found(actor=request.user, **data)

    if request.method == "POST" and written(form, write):
        messages.success(request, _("The bank is founded. You are responsible for it."))
        return redirect("dashboards:setup")
    return form_page(request, "dashboards/found.html", {"form": form})
