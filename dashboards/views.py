"""Each role's own home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards.forms import MeasureForm
from dashboards.presenting import homes
from people.access import StaffRequest, signed_in


@require_safe
@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """Show the home of the role."""
    template, context = homes.home(actor=request.user, form=MeasureForm(request.GET))
    return render(request, template, context)
