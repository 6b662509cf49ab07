"""Anchors stand outside the database: the trail is compared with them, line by line."""

import json

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

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
    django_settings.ANCHOR_FILE.write_text(lines[0].replace(f'"count": {anchor["count"]}', '"count": 1'))
    assert verify().breaks == ["line 1 of the anchors is not sealed with this installation's key"]


def test_a_tail_cut_off_with_the_head_moved_is_missed_by_the_anchor(cast, published):  # noqa: F811
    services.anchor_write()
    with lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id >= (SELECT max(id) - 1 FROM audit_auditevent)")
    move_head()
    assert any("are missing" in found for found in verify().breaks)
    with pytest.raises(CommandError, match="are missing"):
        call_command("verify_audit")
