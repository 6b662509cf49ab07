"""The triggers by which a boundary that was drawn stays as it was, against every path, on both databases.

A version only ever gets its last day; it neither changes otherwise nor goes away. SQLite's REPLACE removes rows past
every delete trigger: what it could find is refused. Django rebuilds a SQLite table when a later migration alters it,
which loses its triggers: such a migration must end with `operation(guards())` again.
"""

from gridbank.triggers import SEARCH_PATH, append_only

TABLE = "ground_boundary"
KEPT = (
    "id", "grid_id", "version", "geojson", "is_illustrative", "min_lon", "min_lat", "max_lon", "max_lat",
    "valid_from", "drawn_by_id",
)  # fmt: skip
SAID = "a boundary that was drawn stays as it was"


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards the table, by vendor and direction."""
    same = " AND ".join(f"OLD.{column} IS NEW.{column}" for column in KEPT)
    ended = f"OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL AND {same}"
    taken = (
        f"EXISTS (SELECT 1 FROM {TABLE} t WHERE t.id = NEW.id OR (t.grid_id = NEW.grid_id AND "  # noqa: S608
        "(t.version = NEW.version OR (t.valid_to IS NULL AND NEW.valid_to IS NULL))))"
    )
    refused = f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    return {
        "sqlite": {
            "create": [
                f"CREATE TRIGGER {TABLE}_no_insert BEFORE INSERT ON {TABLE} WHEN {taken} {refused}",
                f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN NOT ({ended}) {refused}",
                f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {refused}",
            ],
            "drop": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("insert", "update", "delete")],
        },
        "postgresql": {
            "create": [
                (
                    f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN "
                    "IF TG_OP = 'UPDATE' AND OLD.valid_to IS NULL AND NEW.valid_to IS NOT NULL "
                    "AND to_jsonb(OLD) - 'valid_to' = to_jsonb(NEW) - 'valid_to' THEN RETURN NEW; END IF; "
                    f"RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; END $$"
                ),
                (
                    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
                    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
                ),
                (
                    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"
                ),
            ],
            "drop": [
                f"DROP TRIGGER IF EXISTS {TABLE}_no_change ON {TABLE}",
                f"DROP TRIGGER IF EXISTS {TABLE}_no_truncate ON {TABLE}",
                f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
            ],
        },
    }


def version_guards() -> list[dict[str, dict[str, list[str]]]]:
    """Return the SQL by which what a draft said, and what was drawn in it, is only added."""
    return [
        append_only("ground_layoutversion", unique=("id", "layout_id number")),
        append_only("ground_layoutshape"),
    ]


# what follows from other columns (measures, search keys), what is sealed, and words are left out
WATCHED = {
    "ground_parcel": "grid_id area_id group_name valid_from valid_to",
    "ground_layout": (
        "grid_id first_day state version seal opened_by_id submitted_by_id signed_by_id done_at undone_by_id"
    ),
    "ground_layoutversion": "layout_id number content made_by_id",
    "ground_officialcount": "grid_id households as_of recorded_by_id",
    "ground_boundary": "grid_id valid_from valid_to",
}
