"""The door through which other systems send their files."""

from datetime import date, timedelta
from functools import cache

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from exchange.models import Batch
from exchange.sheets import sheets
from grids.models import Assignment
from jobs.models import JobRun
from jobs.running import run
from people.enums import TokenPower
from people.services import token_create
from tests.customers.corefiles import numbered
from tests.exchange.files import xlsx

DOOR = "/api/v1/batches/"
HEAD = ["身份证号", "开户日期"]


@pytest.fixture
def person(cast):
    return numbered(cast.grid_li)


def secret_of(user, power=TokenPower.FILES):
    return token_create(actor=user, name="core", days=3, power=power).secret


@cache
def content(*rows):
    """Write it once: a workbook holds the second in which it was made."""
    return xlsx(HEAD, *rows)


def send(secret, *rows, kind="accounts", client=None, **more):
    file = SimpleUploadedFile("开户.xlsx", content(*map(tuple, rows)))
    headers = {"HTTP_AUTHORIZATION": f"Token {secret}"} if secret else {}
    return (client or Client()).post(DOOR, {"kind": kind, "file": file, **more}, **headers)


def test_a_file_comes_in_is_stored_and_goes_back(cast, person):
    secret, auth = secret_of(cast.zhao), {}
    answer = send(
        secret, [person.id_number, "2026-11-03"], ["522727198005170000", "2026-11-03"], as_of="2026-11-26"
    )
    auth = {"HTTP_AUTHORIZATION": f"Token {secret}"}
    assert (answer.status_code, answer["Location"]) == (202, f"{DOOR}{answer.json()['id']}/")
    again = send(
        secret, [person.id_number, "2026-11-03"], ["522727198005170000", "2026-11-03"], as_of="2026-11-26"
    )
    assert (again.status_code, again.json()["id"]) == (202, answer.json()["id"])
    batch = Batch.everywhere().get()
    assert (batch.uploader, batch.as_of, batch.state) == (cast.zhao, date(2026, 11, 26), "storing")
    run(JobRun.objects.get(kind="exchange.store").pk)
    told = Client().get(answer["Location"], **auth).json()
    assert (told["state"], told["rows"], told["counts"]) == ("stored", 2, {"new": 1, "wrong": 1})
    (out,) = told["out"]
    assert (out["row"], out["fate"], out["faults"][0]["column"]) == (3, "wrong", "id_number")
    # a personal value is masked, for a program as for a page
    assert out["faults"][0]["value"].endswith("00") and "5227" not in str(told)
    # whoever stores what is stored hears that it is
    stored = Client().post(f"{answer['Location']}store/", content_type="application/json", **auth)
    assert (stored.status_code, stored.json()["state"], JobRun.objects.count()) == (202, "stored", 1)
    undone = Client().post(f"{answer['Location']}undo/", content_type="application/json", **auth)
    assert undone.status_code == 202
    run(JobRun.objects.get(kind="exchange.undo").pk)
    assert Client().get(answer["Location"], **auth).json()["state"] == "undone"
    assert (
        Client().post(f"{answer['Location']}store/", content_type="application/json", **auth).status_code
        == 409
    )


def test_a_dry_run_stores_nothing(cast, person):
    assert (
        send(secret_of(cast.zhao), [person.id_number, "2026-11-03"], dry_run="true").json()["state"]
        == "judging"
    )


def test_a_token_for_files_opens_nothing_else_and_another_opens_this_too(cast, person):
    narrow = {"HTTP_AUTHORIZATION": f"Token {secret_of(cast.zhao)}"}
    for address in ("/api/v1/customers/", "/api/v1/me/", "/api/v1/jobs/", "/api/v1/schema/"):
        assert Client().get(address, **narrow).status_code == 403, address
    assert send(secret_of(cast.zhao, TokenPower.ALL), [person.id_number, "2026-11-03"]).status_code == 202


def test_powers_are_the_persons_own_and_strangers_send_nothing(cast, person):
    row = [person.id_number, "2026-11-03"]
    assert send("", row).status_code == 401
    assert send("gb_made_up", row).status_code == 401
    assert send(secret_of(cast.chen), row).status_code == 403
    assert send(secret_of(cast.li), row).status_code == 403
    assert not Batch.everywhere().exists()
    answer = send(secret_of(cast.zhao), row)
    other = {"HTTP_AUTHORIZATION": f"Token {secret_of(cast.chen)}"}
    assert Client().get(answer["Location"], **other).status_code == 404
    # who leaves the post takes the token's power with him
    secret = secret_of(cast.zhao)
    Assignment.everywhere().filter(user=cast.zhao).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert send(secret, row, as_of="2026-11-20").status_code == 403


@pytest.mark.parametrize(
    ("more", "status"), [({"kind": "nothing"}, 400), ({"as_of": "2999-01-01"}, 409), ({"as_of": "x"}, 400)]
)
def test_what_is_no_such_file_is_said(cast, person, more, status):
    assert send(secret_of(cast.zhao), [person.id_number, "2026-11-03"], **more).status_code == status


def test_hostile_files_and_too_large_ones_are_refused(cast):
    auth = {"HTTP_AUTHORIZATION": f"Token {secret_of(cast.zhao)}"}
    file = SimpleUploadedFile("a.xlsx", b"<html>")
    assert Client().post(DOOR, {"kind": "accounts", "file": file}, **auth).status_code == 409
    assert Client().post(DOOR, {"kind": "accounts"}, **auth).status_code == 400
    large = {"CONTENT_LENGTH": str(settings.UPLOAD_MAX_SIZE + 1)}
    assert Client().post(DOOR, {"kind": "accounts"}, **auth, **large).status_code == 413
    between = {"CONTENT_LENGTH": str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    assert Client().post(DOOR, {"kind": "accounts"}, **between).status_code == 413


def test_what_the_document_calls_right_is_not_called_wrong(cast, person):
    """Forbidden by a power or a rule it may be: that is no fault of what was sent."""
    found = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    fields = found["Bring"]["properties"]
    kinds = found[fields["kind"]["$ref"].rpartition("/")[2]]["enum"]
    assert kinds == [sheet.kind for sheet in sheets()]
    # a part of a form that has no file's name is a word, which bytes are not
    assert (fields["file"]["type"], fields["file"]["format"]) == ("string", "binary")
    secret, row = secret_of(cast.zhao), [person.id_number, "2026-11-03"]
    for more in [
        *({"kind": kind} for kind in kinds),
        *({"as_of": day} for day in ("0001-01-01", "2026-02-28", "9999-12-31", "")),
        *({"dry_run": said} for said in ("true", "false")),
    ]:
        assert send(secret, row, **more).status_code in {202, 403, 409}, more
