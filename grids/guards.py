"""The triggers by which it stays said what a grid was called and who signed a handover: both are only added.

And a grid has one lead on a day.
"""

from gridbank.triggers import SEARCH_PATH, append_only

Sql = dict[str, dict[str, list[str]]]

TABLE = "grids_gridname"
SIGNATURES = "grids_handoversignature"


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the table, by vendor and direction."""
    return append_only(TABLE, unique=("id", "grid_id valid_to"))


def signature_guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the names under handovers."""
    return append_only(SIGNATURES, unique=("id", "handover_id part user_id"))


def lead_guards() -> Sql:
    """Return the SQL by which nobody leads a grid on a day on which somebody else does: pay follows from it."""
    name, said = "grids_assignment_one_lead", "a grid has one lead on a day"
    rival = (
        "EXISTS (SELECT 1 FROM grids_assignment t WHERE t.grid_id = NEW.grid_id AND t.part = 'lead' AND t.id <> {own} "
        "AND (t.valid_to IS NULL OR t.valid_to >= NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR t.valid_from <= NEW.valid_to))"
    )
    verbs = {
        # of a row that is added, the database may give no key before it stands
        "insert": ("INSERT", rival.replace(" AND t.id <> {own}", "")),
        "update": ("UPDATE", rival.format(own="OLD.id")),
    }
    sqlite = [
        f"CREATE TRIGGER {name}_{key} BEFORE {verb} ON grids_assignment WHEN NEW.part = 'lead' AND {taken} "
        f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        for key, (verb, taken) in verbs.items()
    ]
    postgresql = [
        statement
        for key, (verb, taken) in verbs.items()
        for statement in (
            (
                f"CREATE FUNCTION {name}_{key}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
                f"IF NEW.part = 'lead' AND {taken} THEN "
                f"RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
            ),
            (
                f"CREATE TRIGGER {name}_{key} BEFORE {verb} ON grids_assignment FOR EACH ROW "
                f"EXECUTE FUNCTION {name}_{key}()"
            ),
        )
    ]
    return {
        "sqlite": {"create": sqlite, "drop": [f"DROP TRIGGER IF EXISTS {name}_{key}" for key in verbs]},
        "postgresql": {
            "create": postgresql,
            "drop": [
                statement
                for key in verbs
                for statement in (
                    f"DROP TRIGGER IF EXISTS {name}_{key} ON grids_assignment",
                    f"DROP FUNCTION IF EXISTS {name}_{key}()",
                )
            ],
        },
    }


# what follows from other columns (measures, search keys), what is sealed, and words are left out
WATCHED = {
    "grids_grid": "code tier nature kind peer_group parent_id path area_id valid_from valid_to",
    "grids_area": "code level parent_id",
    "grids_assignment": "grid_id user_id part valid_from valid_to",
    "grids_backdating": (
        "kind grid_id user_id part to_grid_id subject_id since until assignment_id asked_by_id "
        "decided_by_id is_signed"
    ),
    "grids_handover": (
        "kind grid_id giver_id first_day residual_months state opened_by_id done_at undone_by_id"
    ),
    "grids_handoverpart": "handover_id grid_id receiver_id to_grid_id",
    "grids_handoverward": "handover_id subject_id",
    "grids_handovervisit": "handover_id day people recorded_by_id",
    "grids_residual": "handover_id grid_id user_id valid_from valid_to",
}
