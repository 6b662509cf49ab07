"""Triggers are there, awake and as they were made, or they are named."""

from django.db import connection

from gridbank.triggers import broken
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
