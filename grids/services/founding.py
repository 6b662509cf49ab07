"""The first day of a bank: its tree on the county's divisions."""

import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import recorded_last
from gridbank.errors import Refused
from grids.enums import AreaLevel, GridKind, Part, PeerGroup, Tier
from grids.models import Area, Grid
from grids.naming import branch_name, is_urban, village_name
from grids.services.assignments import assignment_start
from grids.services.grids import GridRow, grids_bulk_create
from people.models import User

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}")
NAME_LENGTH = 80


@transaction.atomic
@recorded_last()
def bank_found(
    *, actor: None, code: str, name: str, county: str, lead: User, valid_from: date
) -> dict[str, Grid]:
    """Found a bank and return its grids by code; only the installation itself can.

    A head office on the county, a branch on each township, a base grid on each village and community; `lead` is
    responsible for the head office and assigns everybody else on the pages. Raises Refused.
    """
    if not _CODE.fullmatch(code):
        raise Refused(_("A bank's code is one to eight capital letters and digits, a letter first."))
    if not name.strip() or len(name) > NAME_LENGTH:
        raise Refused(_("Give the bank a name of at most 80 characters."))
    rows = [
        GridRow(code, name.strip(), Tier.HEAD_OFFICE, valid_from, area=county),
        *_branches(code, county, valid_from),
    ]
    grids = grids_bulk_create(actor=actor, rows=rows)
    assignment_start(actor=actor, grid=grids[code], user=lead, part=Part.LEAD, valid_from=valid_from)
    return grids


def _branches(code: str, county: str, since: date) -> list[GridRow]:
    townships = Area.objects.filter(level=AreaLevel.TOWNSHIP, parent__code=county).order_by("code")
    villages: dict[str, list[Area]] = {township.code: [] for township in townships}
    for area in Area.objects.filter(level=AreaLevel.VILLAGE, parent__in=townships).order_by("code"):
        villages[area.code[:9]].append(area)
    if not any(villages.values()):
        raise Refused(
            _("No township with villages is known in %(county)s. Load the divisions first.")
            % {"county": county}
        )
    rows: list[GridRow] = []
    for number, township in enumerate(townships, 1):
        branch = f"{code}{number:02}"
        peers = PeerGroup.TOWN if is_urban(township.name) else PeerGroup.COUNTRY
        name = branch_name(township.name)
        rows.append(GridRow(branch, name, Tier.BRANCH, since, code, peer_group=peers, area=township.code))
        rows += [
            _village(branch, place, area, peers, since)
            for place, area in enumerate(villages[township.code], 1)
        ]
    return rows


def _village(branch: str, place: int, area: Area, peers: str, since: date) -> GridRow:
    return GridRow(
        f"{branch}-{place:02}", village_name(area.name), Tier.MANAGER, since, branch,
        kind=GridKind.COMMUNITY if area.is_community else GridKind.VILLAGE,
        peer_group=PeerGroup.TOWN if area.is_community else peers, area=area.code,
    )  # fmt: skip
