"""The triggers by which it stays said where a household belonged: spans are only added, and never two for one day.

SQLite's REPLACE removes rows past every delete trigger: what it could find is refused with the rest.
"""

from gridbank.triggers import SEARCH_PATH, append_only

TABLE = "customers_attribution"
OVERLAPS = (
    f"EXISTS (SELECT 1 FROM {TABLE} t WHERE t.household_id = NEW.household_id "  # noqa: S608  our own names
    "AND t.valid_from <= NEW.valid_to AND t.valid_to >= NEW.valid_from)"
)
SAID = "a household belongs to one grid on a day"


def guards() -> list[dict[str, dict[str, list[str]]]]:
    """Return the SQL that guards the table, by vendor and direction."""
    name = f"{TABLE}_apart"
    apart = {
        "sqlite": {
            "create": [
                (
                    f"CREATE TRIGGER {name} BEFORE INSERT ON {TABLE} WHEN {OVERLAPS} "
                    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
                )
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name}"],
        },
        "postgresql": {
            "create": [
                (
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
                    f"IF {OVERLAPS} THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; END IF; "
                    "RETURN NEW; END $$"
                ),
                f"CREATE TRIGGER {name} BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {name} ON {TABLE}", f"DROP FUNCTION IF EXISTS {name}()"],
        },
    }
    return [append_only(TABLE), apart]
