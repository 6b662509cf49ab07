"""Triggers are there, awake and as they were made, or they are named."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError

from audit.actions import Action
from audit.guards import guards as trail
from audit.services import record
from gridbank.triggers import broken, operation
from performance.guards import guards
from tests.performance.frozen import sql


def test_a_trigger_that_is_gone_or_says_something_else_is_named(db):
    assert broken(connection, guards()) == []
    name = "performance_fact_guard_update"
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER {name}")()
        assert broken(connection, guards()) == [f"trigger {name}"]
        sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON performance_fact WHEN 1 = 0 BEGIN SELECT 1; END")()
        assert broken(connection, guards()) == [f"trigger {name}"]
    else:
        sql(f"ALTER TABLE performance_fact DISABLE TRIGGER {name}")()
        assert broken(connection, guards()) == [f"trigger {name}"]
        sql(f"ALTER TABLE performance_fact ENABLE TRIGGER {name}")()
        sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )()
        assert broken(connection, guards()) == [f"function {name}"]


def test_guards_are_not_undone_while_there_is_something_to_guard(cast):
    """`migrate audit 0001` left the trail open, and nobody was told."""
    record(actor=cast.li, action=Action.ACCESS_DENIED, changes={})
    editor = SimpleNamespace(connection=connection)
    step = operation(trail())
    with pytest.raises(IrreversibleError, match="audit_auditevent holds rows"):
        step.database_backwards("audit", editor, SimpleNamespace(apps=None), None)
    assert broken(connection, trail()) == []


def test_guards_of_empty_tables_are_undone_and_made_again(db):
    editor, step = SimpleNamespace(connection=connection), operation(guards())
    step.database_backwards(
        "performance", editor, SimpleNamespace(apps=None, clear_delayed_apps_cache=lambda: None), None
    )
    assert broken(connection, guards()) != []
    step.code(None, editor)
    assert broken(connection, guards()) == []
