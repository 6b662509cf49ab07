"""The file of an export: private, sealed, under a random name, read page after page as who asked for it."""

import os
import re
import time

import pytest
from cryptography.exceptions import InvalidTag
from django.http import Http404

from exchange import services
from exchange.models import Export
from exchange.selectors import EXPORT
from exchange.services import making
from gridbank.errors import Refused
from jobs.models import JobRun
from jobs.requesting import request_job
from tests.exchange.exports import asked, cells, made, worked
from tests.factories import AssignmentFactory, CustomerFactory, HouseholdFactory


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def home(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    for name in ("一", "二", "三"):
        CustomerFactory(household=home, name=f"示例{name}")
    HouseholdFactory(grid=cast.grid_wu)
    return home


def test_it_lies_sealed_under_a_random_name_for_the_servers_own_user(cast, home, tmp_path):
    export = made(cast.li, cast.zhao)
    (path,) = (tmp_path / "exports").iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}", export.file)
    assert path.name == f"{export.file}.sealed"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not path.read_bytes().startswith(b"PK")
    assert b"sharedStrings" not in path.read_bytes()


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
    making._path(one.file).rename(making._path(other.file))
    with pytest.raises(Refused):
        making.export_content(one)
    with pytest.raises(InvalidTag):
        making.export_content(other)


def test_what_a_dead_worker_left_goes_a_day_later(cast, home, tmp_path):
    export = made(cast.li, cast.zhao)
    stray = making._path("0" * 32)
    stray.write_bytes(b"x")
    assert making.files_forget() == 0
    for path in (stray, making._path(export.file)):
        os.utime(path, (0, time.time() - 25 * 3600))
    assert making.files_forget() == 1
    assert making._path(export.file).exists()


def test_made_twice_it_is_one_file(cast, home, tmp_path):
    export = made(cast.li, cast.zhao)
    job = JobRun.objects.get(kind=EXPORT, subject=str(export.pk))
    assert job.result == {"rows": 3}
    assert len(list((tmp_path / "exports").iterdir())) == 1
    assert Export.everywhere().count() == 1


def test_nobody_elses_export_is_in_sight(cast, home):
    export = made(cast.li, cast.zhao)
    with pytest.raises(Http404):
        services.export_fetch(actor=cast.wu, export=export)
