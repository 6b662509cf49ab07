"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    AREAS_IMPORTED = "areas.imported", _("Divisions imported")
    ASSIGNMENT_ENDED = "assignment.ended", _("Assignment ended")
    ASSIGNMENT_RESUMED = "assignment.resumed", _("Assignment goes on after all")
    ASSIGNMENT_STARTED = "assignment.started", _("Assignment started")
    ASSIGNMENT_WITHDRAWN = "assignment.withdrawn", _("Assignment taken back")
    ASSIGNMENTS_STARTED = "assignments.started", _("Assignments started in bulk")
    BANK_FOUNDED = "bank.founded", _("Bank founded")
    BACKDATING_ASKED = "backdating.asked", _("Change before today asked for")
    BACKDATING_REFUSED = "backdating.refused", _("Change before today refused")
    BACKDATING_SIGNED = "backdating.signed", _("Change before today signed")
    BACKDATING_WITHDRAWN = "backdating.withdrawn", _("Change before today no longer asked for")
    DUTIES_CREATED = "duties.created", _("Duties written in bulk")
    DUTY_CREATED = "duty.created", _("Duty written")
    DUTY_ENDED = "duty.ended", _("Duty ended")
    DUTY_RESUMED = "duty.resumed", _("Duty goes on after all")
    DUTY_WITHDRAWN = "duty.withdrawn", _("Duty taken back")
    GRID_CLOSED = "grid.closed", _("Grid closed")
    GRID_CREATED = "grid.created", _("Grid founded")
    GRID_RENAMED = "grid.renamed", _("Grid renamed")
    GRID_WITHDRAWN = "grid.withdrawn", _("Grid taken back")
    GRIDS_CREATED = "grids.created", _("Grids founded in bulk")
    GRIDS_PATHS_REPAIRED = "grids.paths_repaired", _("Grid tree repaired")
    HANDOVER_DONE = "handover.done", _("Handover put in force")
    HANDOVER_OPENED = "handover.opened", _("Handover opened")
    HANDOVER_REFUSED = "handover.refused", _("Handover could not be put in force")
    HANDOVER_SIGNED = "handover.signed", _("Handover signed")
    HANDOVER_UNDONE = "handover.undone", _("Handover undone")
    HANDOVER_VISITED = "handover.visited", _("Joint visit written down")


SUBJECTS = {
    "grids.assignment": _("Assignment"),
    "grids.backdating": _("Change before today"),
    "grids.duty": _("Duty"),
    "grids.grid": _("Grid"),
    "grids.handover": _("Handover"),
    "grids.handoversignature": _("Signature under a handover"),
    "grids.handovervisit": _("Joint visit"),
}
