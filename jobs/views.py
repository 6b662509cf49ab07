"""The page of a job."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from gridbank.pages import part_of, wants_part
from gridbank.scoping import visible_or_404
from jobs import presenting, selectors
from people.access import StaffRequest, business


@require_safe
@vary_on_headers("HX-Request")
@business
def job_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a job is; a finished one sends the waiting page to look again."""
    job = visible_or_404(selectors.job_list(actor=request.user), pk=pk)
    if wants_part(request) and not job.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, part_of(request, "jobs/job_detail.html", "job"), presenting.shown(job))
