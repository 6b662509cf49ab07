"""Writing the ground: what belongs to which grid."""

from ground.services.boundaries import boundaries_bulk_set, boundary_set

__all__ = ["boundaries_bulk_set", "boundary_set"]
