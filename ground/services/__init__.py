"""Writing the ground: what belongs to which grid, and the service points on it."""

from ground.services.boundaries import boundaries_bulk_set, boundary_set
from ground.services.points import ServicePointRow, service_points_bulk_create

__all__ = ["ServicePointRow", "boundaries_bulk_set", "boundary_set", "service_points_bulk_create"]
