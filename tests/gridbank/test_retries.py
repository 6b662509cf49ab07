"""Who waits in vain is told so, and who gives way to another is done once more when nothing was kept of the first try."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from gridbank import urls as real
from gridbank.access import public
from gridbank.context import memo
from gridbank.models import KeyFingerprint
from gridbank.pages import INVALID, written
from gridbank.serving import _for_pages
from tests.gridbank.test_outages import broken_off

HELD = "其他人正在修改相同的数据"
SLOW = "处理时间过长"
LONG = 20


class Form(forms.Form):
    name = forms.CharField()


def note():
    KeyFingerprint.objects.create(name=f"n{count()}", fingerprint="", created_at=timezone.now())


def count():
    return KeyFingerprint.objects.filter(name__startswith="n").count()


class Work:
    """What the view does, once for each try."""

    def __init__(self):
        self.errors, self.tries, self.before = [], 0, lambda: None

    def __call__(self):
        self.tries += 1
        self.before()
        if self.errors:
            raise self.errors.pop(0)


work = Work()


def page(request):
    assert memo() == {}
    memo()["read"] = True
    work()
    return HttpResponse(request.POST.get("name", "done"))


def form(request):
    shown = Form(request.POST)
    if written(shown, lambda _data: work()):
        return HttpResponse("done")
    return HttpResponse(shown.as_p(), status=INVALID)


class Endpoint(APIView):
    allowed_roles = None
    authentication_classes = ()

    def post(self, request):
        given = request.data["name"]
        work()
        return Response({"name": given})


urlpatterns = [
    path("t/page/", public(page)),
    path("t/form/", public(form)),
    path("api/t/", Endpoint.as_view()),
    *real.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    real.handler400, real.handler403, real.handler404, real.handler500,
)  # fmt: skip

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(f"{__name__}.work", Work())


@pytest.fixture
def lines(caplog):
    """Return what the log says of errors."""
    return lambda: [record.message for record in caplog.records if record.levelname != "INFO"]


def post(address, **data):
    client = Client(raise_request_exception=False)
    if address.startswith("/api/"):
        return client.post(address, data, content_type="application/json")
    return client.post(address, data)


ADDRESSES = ("/t/page/", "/t/form/", "/api/t/")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_who_gave_way_is_done_once_more(address, sqlstate):
    def half():
        with transaction.atomic():
            note()
            transaction.set_rollback(bool(work.errors))

    work.errors, work.before = [broken_off(sqlstate)], half
    response = post(address, name="王家")
    assert (response.status_code, work.tries, count()) == (200, 2, 1)
    assert address == "/t/form/" or "王家" in response.text


@pytest.mark.parametrize(("address", "status"), [*zip(ADDRESSES, (503, 422, 503), strict=True)])
def test_the_second_error_is_a_sentence(address, status, lines):
    work.errors = [broken_off("40P01") for _ in range(3)]
    response = post(address, name="王家")
    assert (response.status_code, work.tries) == (status, 2)
    assert HELD in response.text
    assert ("Retry-After" in response) is (status == 503)
    first, second = lines()[:2]
    assert first == "a request gave way to another and is done once more"
    # the answer's own line, where it is 503
    assert second.endswith("the database broke off a transaction: collision")
    assert (" 503 " in second) is (status == 503)
    if status == 422:
        assert "王家" in response.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_committed_is_never_done_twice(address):
    work.errors, work.before = [broken_off("40P01")], note
    response = post(address, name="王家")
    assert (work.tries, count()) == (1, 1)
    assert response.status_code in {503, 422}
    assert HELD in response.text


def test_a_bug_in_the_second_try_is_a_bug():
    work.errors = [broken_off("40P01"), ZeroDivisionError()]
    assert post("/t/page/").status_code == 500


def test_a_file_that_may_be_read_already_is_sent_again_by_hand():
    work.errors = [broken_off("40P01")]
    assert post("/t/page/", file=SimpleUploadedFile("a.csv", b"x")).status_code == 503
    assert work.tries == 1


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("database is locked"), HELD),
        (broken_off("55P03"), HELD),
        (broken_off("57014"), SLOW),
    ],
)
def test_who_waited_long_enough_is_told_and_not_kept_waiting(address, error, sentence, lines):
    work.errors = [error]
    response = post(address, name="王家")
    assert (response.status_code, work.tries) == (422 if address == "/t/form/" else 503, 1)
    assert sentence in response.text
    assert len([line for line in lines() if "form" not in address]) == (0 if "form" in address else 1)


def held_meanwhile(key, ask):
    """Ask while somebody else holds a turn."""
    there, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                take(key)
                there.set()
                done.wait(LONG)
        finally:
            connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert there.wait(LONG)
        return ask()
    finally:
        done.set()
        other.join()


def take(key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@pytest.fixture
def impatient(settings):
    settings.LOCK_SECONDS, settings.STATEMENT_SECONDS = 0.3, 0.6
    _for_pages(connection)
    yield
    connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_somebody_holds_is_waited_for_so_long_and_no_longer(impatient, address):
    def wait():
        with transaction.atomic():
            take(1)

    work.before = wait
    response = held_meanwhile(1, lambda: post(address, name="王家"))
    assert (response.status_code, work.tries) == (422 if address == "/t/form/" else 503, 1)
    assert HELD in response.text
    assert post(address, name="王家").status_code == 200


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_told(impatient):
    def sleep():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    work.before = sleep
    response = post("/api/t/", name="王家")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert SLOW in response.text


def crossing(address, *, commit):
    """Send two requests that take two turns in opposite orders, each its first before either its second."""
    met, kept = threading.Barrier(2, timeout=LONG), threading.local()

    def cross():
        first = not hasattr(kept, "been")
        kept.been = True
        if commit and first:
            with transaction.atomic():
                KeyFingerprint.objects.create(
                    name=f"n{kept.order}", fingerprint="", created_at=timezone.now()
                )
        with transaction.atomic():
            take(kept.order[0])
            if first:
                met.wait()
            take(kept.order[1])

    def ask(order):
        kept.order = order
        try:
            return post(address, name="王家")
        finally:
            connections.close_all()

    work.before = cross
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(ask, [(1, 2), (2, 1)]), key=lambda response: response.status_code)


@pytest.mark.postgres
@pytest.mark.parametrize("address", ADDRESSES)
def test_of_two_who_wait_for_one_another_both_come_through(address):
    assert [response.status_code for response in crossing(address, commit=False)] == [200, 200]
    assert work.tries == 3


@pytest.mark.postgres
@pytest.mark.parametrize("address", ADDRESSES)
def test_or_one_is_refused_with_a_sentence(address):
    one, other = crossing(address, commit=True)
    assert (one.status_code, other.status_code, work.tries, count()) == (
        200, 422 if address == "/t/form/" else 503, 2, 2,
    )  # fmt: skip
    assert HELD in other.text
