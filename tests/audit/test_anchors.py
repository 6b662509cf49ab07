"""Anchors stand outside the database: the trail is compared with them, line by line."""

import json

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEvent
from audit.verification import verify
from performance import services
from tests.audit.lifting import lifted, move_head
from tests.performance.conftest import provisional, published  # noqa: F401


def test_the_trail_is_compared_with_the_nights_anchors(cast, published):  # noqa: F811
    assert services.anchor_write().is_whole
    lines = django_settings.ANCHOR_FILE.read_text().splitlines()
    anchor = json.loads(lines[0])
    assert anchor["months"] == {f"{cast.root.code}:2026-09": published.current_run.root_hash}
    assert verify().is_whole
    django_settings.ANCHOR_FILE.write_text(
        lines[0].replace(f'"count": {anchor["count"]}', '"count": 1') + "\n"
    )
    assert verify().breaks == ["line 1 of the anchors is not sealed with this installation's key"]


def test_a_tail_cut_off_with_the_head_moved_is_missed_by_the_anchor(cast, published):  # noqa: F811
    services.anchor_write()
    with lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id >= (SELECT max(id) - 1 FROM audit_auditevent)")
    move_head()
    assert any("are missing" in found for found in verify().breaks)
    with pytest.raises(CommandError, match="are missing"):
        call_command("verify_audit")


def test_what_was_anchored_after_the_backup_is_set_aside_by_a_sealed_line(cast, published):  # noqa: F811
    services.anchor_write()
    file = django_settings.ANCHOR_FILE
    first = file.read_text()
    services.anchor_write()
    services.anchor_write()
    # as after a restore: the events since the first night are not there
    with lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id > (SELECT max(id) - 2 FROM audit_auditevent)")
    move_head()
    assert not verify().is_whole
    call_command("after_restore")
    assert verify().is_whole
    assert services.anchor_write().is_whole
    # nobody without the key writes such a line
    cut = next(line for line in file.read_text().splitlines() if '"cut"' in line)
    file.write_text(first + cut.replace('"count": ', '"count": 1') + "\n")
    assert verify().breaks == ["line 2 of the anchors is not sealed with this installation's key"]


def test_a_line_that_was_never_finished_breaks_nothing(cast, published):  # noqa: F811
    services.anchor_write()
    file = django_settings.ANCHOR_FILE
    whole = file.read_text()
    file.write_text(f'{whole}{{"at": "2026-11-2')
    assert verify().is_whole
    assert services.anchor_write().is_whole
    assert (file.read_text().startswith(whole), len(file.read_text().splitlines())) == (True, 2)


def test_anchors_that_went_away_or_cannot_be_written_are_an_alarm(cast, published, settings, tmp_path):  # noqa: F811
    services.anchor_write()
    django_settings.ANCHOR_FILE.unlink()
    assert verify().breaks == ["the file of the anchors is gone: GRIDBANK_ANCHOR_FILE"]
    settings.ANCHOR_FILE = tmp_path / "folder"
    settings.ANCHOR_FILE.mkdir()
    assert "the anchors can't be read" in verify().breaks[0]


def test_a_night_without_its_anchor_is_told_like_a_broken_trail(cast, published, settings, tmp_path):  # noqa: F811
    settings.ANCHOR_FILE = tmp_path / "away" / "anchors.jsonl"
    assert "can't be written" in services.anchor_write().breaks[0]
    event = AuditEvent.objects.last()
    assert (event.action, "can't be written" in event.details["breaks"][0]) == ("trail.broken", True)
    with pytest.raises(CommandError, match="GRIDBANK_ANCHOR_FILE"):
        call_command("after_restore")
