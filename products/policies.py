"""Who keeps the catalogue, which every bank of an installation shares."""

from typing import Any

from django.utils.translation import gettext as _

from grids.authority import Act, may, why_not
from grids.selectors import knows_other_banks


def keeps_catalogue(actor: Any) -> bool:
    """Whether somebody may change it: head office where there is one bank, else the installation itself."""
    return actor is None or (may(actor, Act.CATALOGUE_KEEP) and not knows_other_banks(actor=actor))


def why_not_catalogue(actor: Any) -> str:
    """Return why somebody may not change it, and who can; empty when he may."""
    if keeps_catalogue(actor):
        return ""
    if may(actor, Act.CATALOGUE_KEEP):
        return _("Several banks share the list of products: it is loaded in the server room.")
    return why_not(actor, Act.CATALOGUE_KEEP)
