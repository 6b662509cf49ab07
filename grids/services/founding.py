"""The first day of a bank: its tree on the county's divisions."""

import re
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from gridbank.errors import NotAllowed, Refused
from gridbank.turns import take_turn
from grids import divisions, policies
from grids.actions import Action
from grids.enums import AreaLevel, GridKind, Part, PeerGroup, Tier
from grids.models import Area, Assignment, Grid
from grids.naming import branch_name, is_urban, village_name
from grids.services.areas import AreaRow, areas_import
from grids.services.assignments import assignment_start
from grids.services.grids import CODES, GridRow, grids_bulk_create
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


@transaction.atomic
@recorded_last()
def own_bank_found(*, actor: User, code: str, name: str, county: str) -> Grid:
    """Found one's own bank from today on, on a county of those that are shipped and on which no bank stands yet.

    Only somebody of head office who never had a part anywhere may; he is responsible from then on. Raises Refused, and
    PermissionDenied.
    """
    # one after the other: the second finds the first's county taken
    take_turn(CODES)
    if not policies.may_found(actor):
        raise NotAllowed(_("Only somebody of head office who has no bank yet can found one."))
    if county not in dict(divisions.counties()):
        raise Refused(_("Choose a county of the list."), field="county")
    # whoever founds a bank is responsible for it: no bank is without somebody's name
    leads = Assignment.everywhere().filter(grid__tier=Tier.HEAD_OFFICE, grid__area__code=county)
    if leads.exists():
        raise Refused(
            _("A bank stands on this county already. Ask its head office to assign you."), field="county"
        )
    rows = ((number, AreaRow(*row)) for number, row in divisions.divisions_of(county))
    areas_import(actor=None, rows=rows, county=county)
    today = timezone.localdate()
    bank = bank_found(actor=None, code=code, name=name, county=county, lead=actor, valid_from=today)[code]
    record(actor=actor, action=Action.BANK_FOUNDED, subject=bank, changes={"county": county})
    return bank


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
