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


# what follows from other columns (measures, search keys), what is sealed, and words are left out
WATCHED = {
    "customers_household": (
        "code grid_id area_id head_name group_name house_type land_mu livestock vehicles business income_band income_source "
        "other_banks policy_tags source archived_on archived_by_id ended_on completeness complete_since created_at "
        "created_by_id"
    ),
    "customers_customer": (
        "household_id name relation gender birth_date id_type id_digest phone_digest wechat_added occupation workplace "
        "is_migrant back_season guardian_id customer_since opened_by_id account_evidence customer_before app_informed_on "
        "app_downloaded_on app_verified_on app_activated_by_id app_evidence died_on do_not_contact merged_into_id "
        "restricted_at created_at created_by_id"
    ),
    "customers_completespan": "household_id valid_from valid_to",
    "customers_specialmembership": "grid_id household_id since",
    "customers_consent": "customer_id purpose staff_id given_at withdrawn_at",
    "customers_attribution": "household_id grid_id valid_from valid_to moved_by_id moved_at",
    "customers_residence": "customer_id household_id valid_from valid_to moved_by_id moved_at",
    "customers_identityspan": "customer_id birth_date id_digest valid_from valid_to changed_by_id changed_at",
    "customers_death": "customer_id day told_by_id told_at undone_by_id undone_at",
    "customers_restriction": "customer_id set_by_id set_at came_at lifted_by_id lifted_at",
    "customers_claim": (
        "customer_id kind source_id day was is_other_person witness entered_by_id earner_id state decided_by_id"
    ),
    "customers_corenumber": "customer_id digest",
    "customers_appregistration": "customer_id registered_on status last_used_on",
    "customers_personmerge": "customer_id merged_id kept account_of_id app_came made_by_id made_at undone_by_id undone_at",
}
