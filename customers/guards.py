"""The triggers by which spans of a household stay said: where it belonged, when its archive was complete.

They are only added, and never two for one day.

SQLite's REPLACE removes rows past every delete trigger: what it could find is refused with the rest.
"""

from gridbank.triggers import SEARCH_PATH, append_only

Sql = dict[str, dict[str, list[str]]]


def guards() -> list[Sql]:
    """Return the SQL that guards where a household belonged, by vendor and direction."""
    return _spans("customers_attribution", "a household belongs to one grid on a day")


def complete_guards() -> list[Sql]:
    """Return the SQL that guards when an archive was complete."""
    return _spans("customers_completespan", "an archive is complete on a day once")


def _spans(table: str, said: str) -> list[Sql]:
    name = f"{table}_apart"
    overlaps = (
        f"EXISTS (SELECT 1 FROM {table} t WHERE t.household_id = NEW.household_id "  # noqa: S608  our own names
        "AND t.valid_from <= NEW.valid_to AND t.valid_to >= NEW.valid_from)"
    )
    apart = {
        "sqlite": {
            "create": [
                (
                    f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {overlaps} "
                    f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name}"],
        },
        "postgresql": {
            "create": [
                (
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
                    f"IF {overlaps} THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; "
                    "RETURN NEW; END $$"
                ),
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"],
        },
    }
    return [append_only(table, unique=("id", "household_id valid_to")), apart]


def residence_guards() -> Sql:
    """Return the SQL that guards where people lived."""
    return append_only("customers_residence", unique=("id", "customer_id valid_to"))


def identity_guards() -> Sql:
    """Return the SQL that guards of which date of birth and document people were before."""
    return append_only("customers_identityspan", unique=("id", "customer_id valid_to"))


# what ties a row's sealed values to it
TIES = {"customers_customer": "salt", "customers_household": "code"}


def tie_guards() -> list[Sql]:
    """Return the SQL by which what ties sealed values to a row is given once: exchanged, they would open as another's."""
    return [_tied(table, column) for table, column in TIES.items()]


def _tied(table: str, column: str) -> Sql:
    name, said = f"{table}_tied", f"{table}.{column} ties sealed values to their row"
    return {
        "sqlite": {
            "create": [
                (
                    f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} "
                    f"WHEN OLD.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column} "
                    f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name}"],
        },
        "postgresql": {
            "create": [
                (
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
                    f"IF OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column} THEN "
                    f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
                ),
                (
                    f"CREATE TRIGGER {name} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
                    f"EXECUTE FUNCTION {name}()"
                ),
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"],
        },
    }
