"""The files that the grids take in."""

from exchange.reading import Sheet
from grids.services import AreaRow

AREAS = Sheet(("code", "name", "level", "parent_code"), AreaRow)
