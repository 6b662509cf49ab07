"""How the files of other systems and the archive differ."""

from datetime import date

from django.db import models

from customers.compared import APPS, differs, verdict
from customers.models import AppRegistration
from customers.services import app_milestone_set
from exchange.sheets import Source
from tests.customers.corefiles import five


def test_who_has_the_app_here_and_is_in_no_file_is_named(cast):
    first, second, third, fourth, _fifth = five(cast)
    for person, day, status in ((first, 20, "open"), (second, 26, "open"), (third, 20, "closed")):
        told = {"registered_on": date(2026, 1, 2), "status": status, "as_of": date(2026, 11, day)}
        models.QuerySet(AppRegistration).create(customer=person, **told)
    for step in ("downloaded", "verified"):
        app_milestone_set(actor=cast.li, customer=fourth, step=step, day=date(2026, 11, 10))
    count, found = APPS.absent(Source(cast.zhao, date(2026, 11, 26), cast.root.pk), 10)
    assert (count, [one.who for one in found]) == (2, ["甲1", "甲4"])
    assert APPS.absent(Source(cast.zhao, date(2026, 11, 26), cast.root.pk), 1)[0] == 2
    assert APPS.absent(Source(cast.wu, date(2026, 11, 26), cast.root.pk), 10) == (0, [])
    assert APPS.absent(Source(cast.zhao, date(2026, 11, 26), cast.root.pk + 1), 10) == (0, [])


def test_what_changed_is_said_by_what_pages_call_it():
    before = {"app_verified_on": None, "app": {"status": "open"}}
    after = {"app_verified_on": "2026-11-03", "app": {"status": "closed"}}
    assert [(was, now) for _label, was, now in differs(before, after)] == [
        ("", "2026-11-03"),
        ("使用中", "已注销"),
    ]
    assert [verdict(before, one) for one in (after, {**after, "claims": [1]})] == ["", ""]
    claimed = {"app_evidence": 1, "app_verified_on": "2026-11-02"}
    assert verdict(claimed, {**claimed, "app_evidence": 2, "claims": [1]}) == "confirmed"
    assert verdict(claimed, {**claimed, "app_evidence": 3, "claims": [1]}) == "refuted"
