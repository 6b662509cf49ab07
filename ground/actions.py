"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    GRID_BOUNDARY_SET = "grid.boundary_set", _("Boundary of a grid set")
    GRIDS_BOUNDARIES_SET = "grids.boundaries_set", _("Boundaries set in bulk")
    SERVICE_POINTS_CREATED = "service_points.created", _("Service points added in bulk")
    OFFICIAL_COUNTS_SET = "official_counts.set", _("Households of the official register written down")
