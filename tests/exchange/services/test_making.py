"""The file of an export: sealed, in pieces in the database, read page after page as who asked for it."""

import pytest
from django.http import Http404

from exchange import services
from exchange.models import Export, Made
from exchange.selectors import EXPORT
from exchange.services import making
from gridbank.errors import Refused
from gridbank.pieces import UnreadablePiece
from jobs.models import JobRun
from jobs.requesting import request_job
from tests.exchange.exports import asked, cells, made, worked
from tests.factories import AssignmentFactory, CustomerFactory, HouseholdFactory


@pytest.fixture
def home(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    for name in ("一", "二", "三"):
        CustomerFactory(household=home, name=f"示例{name}")
    HouseholdFactory(grid=cast.grid_wu)
    return home


def test_it_lies_in_sealed_pieces_where_every_server_finds_it(cast, home, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(making, "BYTES", 3_000)
    settings.VAR_DIR = tmp_path / "here"
    export = made(cast.li, cast.zhao)
    pieces = [bytes(piece.sealed) for piece in Made.everywhere().filter(export=export)]
    assert len(pieces) > 1
    assert not any(piece.startswith(b"PK") or b"sharedStrings" in piece for piece in pieces)
    assert not settings.VAR_DIR.exists()
    settings.VAR_DIR = tmp_path / "another machine"
    assert len(cells(services.export_fetch(actor=cast.li, export=export))) == 7


def test_it_is_read_page_after_page_and_holds_each_row_once(cast, home, monkeypatch):
    monkeypatch.setattr(making, "PIECE", 2)
    export = made(cast.li, cast.zhao, query="sort=name")
    rows = cells(services.export_fetch(actor=cast.li, export=export))
    assert export.rows == 3
    assert [row[0] for row in rows[4:]] == ["示例一", "示例二", "示例三"]


def test_it_has_the_columns_and_filters_that_were_asked_for(cast, home):
    export = made(cast.li, cast.zhao, name="customers.households", query="cols=tags&met=never")
    rows = cells(services.export_fetch(actor=cast.li, export=export))
    assert (len(rows[3]), len(rows)) == (2, 5)


@pytest.mark.parametrize(
    "name", ["customers.people", "customers.households", "customers.claims", "grids", "visits", "needs"]
)
def test_every_list_that_can_be_asked_for_is_made(cast, home, name):
    assert made(cast.li, cast.zhao, name=name).state == "ready"


def test_whose_ground_is_another_by_then_gets_none(cast, home):
    export = asked(cast.li)
    services.export_decide(actor=cast.zhao, export=export, sign=True)
    AssignmentFactory(user=cast.li, grid=cast.grid_wang, part="helper")
    assert worked(export).state == "refused"


@pytest.mark.parametrize(
    "changed", ["signed by nobody", "in clear", "for another", "signed by himself", "another list"]
)
def test_what_nobody_asked_for_and_signed_is_not_made(cast, home, changed):
    """A row says what it was made to say by whoever may write rows; the trail says what was asked for, and signed."""
    export = asked(cast.li)
    if changed == "signed by nobody":
        request_job(kind=EXPORT, subject=str(export.pk), actor=cast.li)
    else:
        services.export_decide(actor=cast.zhao, export=export, sign=True)
    rows = {
        "in clear": {"clear": ["phone"]}, "for another": {"asker": cast.wang}, "signed by himself": {"signer": cast.li},
        "another list": {"outlet": "customers.households"},
    }  # fmt: skip
    Export.everywhere().filter(pk=export.pk).update(state="signed", **rows.get(changed, {}))
    assert worked(export).state == "refused"


def test_a_file_that_is_lost_says_so_and_one_that_lies_elsewhere_opens_nothing(cast, home):
    one, other = made(cast.li, cast.zhao), made(cast.li, cast.zhao)
    making.files_remove([other])
    with pytest.raises(Refused, match="已清除"):
        making.export_content(other)
    Made.everywhere().filter(export=one).update(export=other, file=other.file)
    with pytest.raises(UnreadablePiece):
        making.export_content(other)


@pytest.mark.parametrize("lost", ["the first", "one between", "the last", "its last bytes"])
def test_a_file_of_which_a_piece_is_lost_is_unreadable_and_not_a_shorter_one(cast, home, lost, monkeypatch):
    monkeypatch.setattr(making, "BYTES", 2_000)
    export = made(cast.li, cast.zhao)
    pieces = list(Made.everywhere().filter(export=export).order_by("number"))
    assert len(pieces) > 2
    piece = pieces[{"the first": 0, "one between": 1}.get(lost, -1)]
    if lost == "its last bytes":
        Made.everywhere().filter(pk=piece.pk).update(sealed=bytes(piece.sealed)[:-40])
    else:
        piece.delete()
    with pytest.raises(UnreadablePiece):
        services.export_fetch(actor=cast.li, export=export)
    assert Export.everywhere().get().downloads == 0


def test_made_twice_it_is_one_file(cast, home):
    export = made(cast.li, cast.zhao)
    job = JobRun.objects.get(kind=EXPORT, subject=str(export.pk))
    assert job.result == {"rows": 3}
    making._keep(export, b"anew")
    assert making.export_content(export) == b"anew"
    assert Made.everywhere().count() == 1
    assert Export.everywhere().count() == 1


def test_nobody_elses_export_is_in_sight(cast, home):
    export = made(cast.li, cast.zhao)
    with pytest.raises(Http404):
        services.export_fetch(actor=cast.wu, export=export)
