"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    GRID_BOUNDARY_SET = "grid.boundary_set", _("Boundary of a grid set")
    GRIDS_BOUNDARIES_SET = "grids.boundaries_set", _("Boundaries set in bulk")
    LAYOUT_CHANGED = "layout.changed", _("Draft layout changed")
    LAYOUT_DONE = "layout.done", _("Layout put in force")
    LAYOUT_OPENED = "layout.opened", _("Draft layout begun")
    LAYOUT_REFUSED = "layout.refused", _("Layout could not be put in force")
    LAYOUT_RETURNED = "layout.returned", _("Layout given back to its makers")
    LAYOUT_SIGNED = "layout.signed", _("Layout signed")
    LAYOUT_SUBMITTED = "layout.submitted", _("Layout submitted")
    LAYOUT_UNDONE = "layout.undone", _("Layout undone")
    SERVICE_POINT_ADDED = "service_point.added", _("Service point added")
    SERVICE_POINT_CHANGED = "service_point.changed", _("Service point changed")
    SERVICE_POINT_CLOSED = "service_point.closed", _("Service point closed")
    SERVICE_POINT_REOPENED = "service_point.reopened", _("Service point opened again")
    SERVICE_POINT_WITHDRAWN = "service_point.withdrawn", _("Service point taken off the register")
    SERVICE_POINTS_CREATED = "service_points.created", _("Service points added in bulk")
    OFFICIAL_COUNTS_SET = "official_counts.set", _("Households of the official register written down")


SUBJECTS = {
    "ground.layout": _("Draft layout"),
    "ground.servicepoint": _("Service point"),
}
