"""The ground: where grids lie and customers find the bank, and drafts of how it is cut."""

from ground.models.layouts import Layout, LayoutShape, LayoutVersion, Parcel
from ground.models.places import CURRENT, Boundary, OfficialCount, ServicePoint

__all__ = [
    "CURRENT",
    "Boundary",
    "Layout",
    "LayoutShape",
    "LayoutVersion",
    "OfficialCount",
    "Parcel",
    "ServicePoint",
]
