"""Each role's own home."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboards import presenting
from people.access import StaffRequest, signed_in


@require_safe
@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """Show the home of the role."""
    template, context = presenting.home(actor=request.user, query=request.GET)
    return render(request, template, context)
