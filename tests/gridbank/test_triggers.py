"""Triggers are there, awake and as they were made, or they are named; what is append-only is so by every key."""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.exceptions import IrreversibleError

from audit.actions import Action
from audit.guards import guards as trail
from audit.services import record
from gridbank import triggers
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


def append_only_tables():
    """Return every table that an app lets only grow, with the condition under which SQLite refuses a row."""
    found = {}
    for guard in triggers.all_watched():
        for statement in guard["sqlite"]["create"]:
            named = re.match(r"CREATE TRIGGER (\w+)_no_insert BEFORE INSERT ON", statement)
            if named and statement.endswith("is append-only'); END"):
                found[named[1]] = statement
    return found


@pytest.mark.parametrize("table", sorted(append_only_tables()))
def test_sqlites_replace_finds_no_row_of_what_only_grows_by_any_key(table):
    """Its REPLACE removes rows past every delete trigger: by whatever key it would find one, the row is refused."""
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    keys = [[field] for field in model._meta.fields if field.unique]
    keys += [
        [model._meta.get_field(name) for name in one.fields]
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    ]
    keys += [[model._meta.get_field(name) for name in names] for names in model._meta.unique_together]
    refused = append_only_tables()[table]
    for key in keys:
        assert " AND ".join(f"t.{field.column} = NEW.{field.column}" for field in key) in refused


def test_a_key_of_several_columns_is_compared_as_one():
    insert = triggers.append_only("t", unique=("id", "a b"))["sqlite"]["create"][-1]
    assert "t.id = NEW.id OR t.a = NEW.a AND t.b = NEW.b" in insert


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
