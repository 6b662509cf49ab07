"""Writing the ground: what belongs to which grid, the service points on it, what the official register counts."""

from ground.services.boundaries import boundaries_bulk_set, boundary_set
from ground.services.points import ServicePointRow, service_points_bulk_create
from ground.services.register import official_counts_set

__all__ = [
    "ServicePointRow",
    "boundaries_bulk_set",
    "boundary_set",
    "official_counts_set",
    "service_points_bulk_create",
]
