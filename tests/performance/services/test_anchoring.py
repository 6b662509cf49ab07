"""The proofs trust nothing they could have been handed: seals need a key, anchors stand outside, alarms are seen."""

import base64

import pytest
from django.conf import settings as django_settings
from django.db import connection

from audit.models import AuditEvent, AuditHead
from audit.services import event_hash
from audit.verification import verify
from gridbank import environment
from gridbank.checks.servers import the_triggers_stand
from gridbank.scoping import waive_scope
from gridbank.sealing import load_seal_key
from jobs import running
from people.enums import Role
from performance import services
from performance.models import Run
from tests.audit.lifting import lifted
from tests.factories import UserFactory
from tests.performance.frozen import guard, sql


def forge_event():
    """Add a row in another's name that follows the chain to the letter, and move the head: no trigger is touched."""
    head = AuditHead.objects.get(pk=1)
    event = AuditEvent(
        at="2026-11-01T00:00:00+00:00", action="period.published", previous_hash=head.hash, seal="0" * 64
    )
    event.at = AuditEvent.objects.order_by("-pk").first().at
    event.hash = event_hash(event)
    event.save()
    AuditHead.objects.filter(pk=1).update(count=head.count + 1, hash=event.hash, at=event.at)


def test_a_row_that_follows_the_chain_without_the_key_is_found(cast, published):
    assert verify().is_whole
    forge_event()
    assert [found.split(": ", 1)[1] for found in verify().breaks] == [
        "it is not sealed with this installation's key"
    ]


def test_a_signature_without_the_key_does_not_make_a_month(cast, published):
    assert services.verify_period(published).ok
    forge_event()
    with lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET seal = 'x' WHERE action = 'period.published'")
    assert services.verify_period(published).differences == ("trail",)


def test_a_month_is_compared_with_the_anchors(cast, published):
    services.anchor_write()
    guard("drop")
    with waive_scope("test"):
        Run.objects.filter(pk=published.current_run_id).update(root_hash="0" * 64)
    guard("create")
    published.refresh_from_db()
    assert "anchor" in services.verify_period(published).differences


def test_what_fails_at_night_stands_on_the_homes_until_it_is_clean(client, cast, published):
    def shown(who):
        client.force_login(people[who])
        return client.get("/").text

    people = {name: getattr(cast, name) for name in ("zhao", "chen", "li")}
    people["auditor"] = UserFactory(username="auditor", role=Role.AUDITOR)

    guard("drop")
    sql("UPDATE performance_schemeitem SET weight = weight + 1")()
    guard("create")
    # a published month is proved as well as a locked one
    for job in services.request_verifications():
        running.finish(job.pk)
    forge_event()
    assert not services.anchor_write().is_whole
    assert not django_settings.ANCHOR_FILE.exists()
    for who, seen in (("zhao", True), ("auditor", True), ("chen", False), ("li", False)):
        assert (f"{cast.root.code}:2026-09 校验不符：scheme" in shown(who)) is seen
        assert ("审计日志校验不符：event" in shown(who)) is seen


def test_the_start_checks_know_every_trigger(db):
    assert the_triggers_stand() == []
    name = "audit_auditevent_no_update" if connection.vendor == "sqlite" else "audit_auditevent_no_change"
    sql(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else " ON audit_auditevent"))()
    assert [found.id for found in the_triggers_stand()] == ["gridbank.E020"]


def test_the_key_comes_from_outside_the_database(monkeypatch, tmp_path):
    key, file = b"k" * 32, tmp_path / "key"
    assert load_seal_key(b"i" * 32) != load_seal_key(b"j" * 32)
    file.write_text(base64.b64encode(key).decode() + "\n")
    monkeypatch.setenv("GRIDBANK_SEAL_KEY_FILE", str(file))
    assert load_seal_key(b"i" * 32, file=environment.read().seal_key_file) == key
    with pytest.raises(ValueError, match="32 bytes"):
        load_seal_key(b"i" * 32, "c2hvcnQ=")
