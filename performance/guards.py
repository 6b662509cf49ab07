"""The triggers that hold a month against every path: service, ORM, cascade, SQL; on both databases.

- A month's status only moves forward, one step at a time from provisional on; a published month can only be
  locked, a locked one not at all, and neither can go away.
- A finished run is sealed; facts, scores and lines enter unfinished runs only, never change, and leave
  only while the month isn't published.
- Targets stand still once the month is published; schemes and their items once a run has used them.

SQLite checks row by row. PostgreSQL checks facts, scores and lines by statement over transition tables: half
a million facts are one look. Django rebuilds a SQLite table when a later migration alters it, which loses
its triggers: such a migration must end with `operation(guards())` again (a test counts the triggers).

Ids never change and what REPLACE could find is refused: on SQLite it removes rows past every delete trigger. On
PostgreSQL the functions look for tables in their own schema only: a temporary table of the same name is not seen.
"""

from gridbank.triggers import SEARCH_PATH, append_only
from performance.enums import PeriodStatus

FINAL_SQL = f"('{PeriodStatus.PUBLISHED.value}', '{PeriodStatus.LOCKED.value}')"
RANK = (
    "CASE {0}.status WHEN 'open' THEN 0 WHEN 'computing' THEN 1 WHEN 'provisional' THEN 2 "
    "WHEN 'published' THEN 3 ELSE 4 END"
)
TABLES = (
    "performance_period", "performance_run", "performance_fact", "performance_score", "performance_scoreline",
    "performance_target", "performance_scheme", "performance_schemeitem",
)  # fmt: skip
VERBS = ("insert", "update", "delete")


def _final_period(period_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM performance_period p WHERE p.id = {period_id} AND p.status IN {FINAL_SQL})"  # noqa: S608


def _final_run(run_id: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM performance_run r JOIN performance_period p ON p.id = r.period_id "  # noqa: S608
        f"WHERE r.id = {run_id} AND p.status IN {FINAL_SQL})"
    )


def _closed_run(run_id: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM performance_run r JOIN performance_period p ON p.id = r.period_id "  # noqa: S608
        f"WHERE r.id = {run_id} AND r.finished_at IS NULL AND p.status NOT IN {FINAL_SQL})"
    )


def _run_of(score_id: str) -> str:
    return f"(SELECT s.run_id FROM performance_score s WHERE s.id = {score_id})"  # noqa: S608


def _used(scheme_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM performance_run r WHERE r.scheme_id = {scheme_id})"  # noqa: S608


def _taken(table: str) -> str:
    """SQLite's REPLACE removes a row without a delete trigger: an id that is there can't be inserted."""
    return f"EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)"  # noqa: S608


def _taken_rowid(table: str) -> str:
    """The same for a table whose key is no rowid: SQLite numbers its rows beside the key, and replaces by number."""
    return f"EXISTS (SELECT 1 FROM {table} t WHERE t.rowid = NEW.rowid)"  # noqa: S608


def _differ(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


PERIOD_UPDATE = (
    f"OLD.status = 'locked' OR {RANK.format('NEW')} < {RANK.format('OLD')} "
    f"OR ({RANK.format('NEW')} > 2 AND {RANK.format('NEW')} - {RANK.format('OLD')} > 1) "
    f"OR {_differ('id', 'grid_id', 'month')} "
    "OR (OLD.status = 'published' AND ("
    f"{_differ('current_run_id', 'scheme_id', 'published_by_id', 'published_at')}))"
)

ALWAYS = "1 = 1"

# What is refused, by table and verb: a condition over OLD and NEW.
REFUSED = {
    "performance_period": {
        "insert": (
            f"NEW.status IN {FINAL_SQL} OR "  # noqa: S608
            "EXISTS (SELECT 1 FROM performance_period p WHERE p.id = NEW.id "
            "OR (p.grid_id = NEW.grid_id AND p.month = NEW.month "
            f"AND p.status IN {FINAL_SQL}))"
        ),
        "update": PERIOD_UPDATE,
        "delete": f"OLD.status IN {FINAL_SQL}",
    },
    "performance_run": {
        "insert": f"{_taken('performance_run')} OR {_final_period('NEW.period_id')}",
        "update": f"OLD.finished_at IS NOT NULL OR {_differ('id')} OR {_final_period('NEW.period_id')}",
        "delete": _final_period("OLD.period_id"),
    },
    "performance_fact": {
        "insert": _closed_run("NEW.run_id"),
        "update": ALWAYS,
        "delete": _final_run("OLD.run_id"),
    },
    "performance_score": {
        "insert": f"{_taken('performance_score')} OR {_closed_run('NEW.run_id')}",
        "update": ALWAYS,
        "delete": _final_run("OLD.run_id"),
    },
    "performance_scoreline": {
        "insert": f"{_taken('performance_scoreline')} OR {_closed_run(_run_of('NEW.score_id'))}",
        "update": ALWAYS,
        "delete": _final_run(_run_of("OLD.score_id")),
    },
    "performance_target": {
        "insert": f"{_taken('performance_target')} OR {_final_period('NEW.period_id')}",
        "update": f"{_differ('id')} OR {_final_period('OLD.period_id')} OR {_final_period('NEW.period_id')}",
        "delete": _final_period("OLD.period_id"),
    },
    "performance_scheme": {
        "insert": f"{_taken('performance_scheme')} OR EXISTS (SELECT 1 FROM performance_scheme s "  # noqa: S608
        "WHERE s.code = NEW.code AND s.version = NEW.version)",
        "update": f"{_used('OLD.id')} OR {_differ('id')} OR EXISTS (SELECT 1 FROM performance_scheme s "  # noqa: S608
        "WHERE s.id <> OLD.id AND s.code = NEW.code AND s.version = NEW.version)",
        "delete": _used("OLD.id"),
    },
    "performance_schemeitem": {
        "insert": f"{_taken('performance_schemeitem')} OR {_used('NEW.scheme_id')}",
        "update": f"{_differ('id')} OR {_used('OLD.scheme_id')} OR {_used('NEW.scheme_id')}",
        "delete": _used("OLD.scheme_id"),
    },
}

# On PostgreSQL these are checked once per statement, over the rows that came or went.
BY_STATEMENT = {
    "performance_fact": ("SELECT DISTINCT run_id FROM changed", "c.run_id"),
    "performance_score": ("SELECT DISTINCT run_id FROM changed", "c.run_id"),
    "performance_scoreline": (
        "SELECT DISTINCT s.run_id FROM changed n LEFT JOIN performance_score s ON s.id = n.score_id",
        "c.run_id",
    ),
}


def _message(table: str) -> str:
    return f"{table} is frozen"


# What SQLite must refuse besides: rows that its REPLACE would find by their number.
REPLACED = {("performance_fact", "insert"): _taken_rowid("performance_fact")}


def _sqlite() -> dict[str, list[str]]:
    create = [
        f"CREATE TRIGGER {table}_guard_{verb} BEFORE {verb} ON {table} "
        f"WHEN {_for_sqlite(table, verb, condition)} "
        f"BEGIN SELECT RAISE(ABORT, '{_message(table)}'); END"
        for table, verbs in REFUSED.items()
        for verb, condition in verbs.items()
    ]
    drop = [f"DROP TRIGGER IF EXISTS {table}_guard_{verb}" for table in TABLES for verb in VERBS]
    return {"create": create, "drop": drop}


def _for_sqlite(table: str, verb: str, condition: str) -> str:
    besides = REPLACED.get((table, verb))
    return (f"{besides} OR {condition}" if besides else condition).replace("IS DISTINCT FROM", "IS NOT")


def _function(name: str, table: str, condition: str, result: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {SEARCH_PATH} AS $$ BEGIN IF ({condition}) THEN "
        f"RAISE EXCEPTION '{_message(table)}' USING ERRCODE = 'check_violation'; END IF; "
        f"RETURN {result}; END $$"
    )


def _postgresql() -> dict[str, list[str]]:
    create: list[str] = []
    drop: list[str] = []
    for table, verbs in REFUSED.items():
        for verb, condition in verbs.items():
            name = f"{table}_guard_{verb}"
            if table in BY_STATEMENT and verb != "update":
                rows, run_id = BY_STATEMENT[table]
                look = _closed_run(run_id) if verb == "insert" else _final_run(run_id)
                image = "NEW" if verb == "insert" else "OLD"
                anywhere = f"EXISTS (SELECT 1 FROM ({rows}) c WHERE {look})"  # noqa: S608
                create.append(_function(name, table, anywhere, "NULL"))
                create.append(
                    f"CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {image} TABLE AS changed "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
                )
            else:
                result = "OLD" if verb == "delete" else "NEW"
                create.append(_function(name, table, condition, result))
                create.append(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            drop += [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]
        name = f"{table}_guard_truncate"
        create.append(_function(name, table, ALWAYS, "NULL"))
        create.append(
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
        drop += [f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]
    return {"create": create, "drop": drop}


def guards() -> dict[str, dict[str, list[str]]]:
    """Return the SQL that guards every table of the app, by vendor and direction."""
    return {"sqlite": _sqlite(), "postgresql": _postgresql()}


def ledgers() -> list[dict[str, dict[str, list[str]]]]:
    """Return the SQL that lets the two lists beside a final month only grow."""
    earned = append_only("performance_earned", unique=("id", "indicator source source_id"))
    return [earned, append_only("performance_latechange")]


# what follows from other columns (measures, search keys), what is sealed, and words are left out
WATCHED = {
    "performance_scheme": (
        "code version effective_from counts_claimed created_by_id activated_by_id activated_at"
    ),
    "performance_schemeitem": "scheme_id indicator weight target cap",
    "performance_period": "grid_id month status scheme_id published_by_id locked_by_id",
    "performance_target": "period_id user_id grid_id indicator value own_grid_id own_value",
    "performance_gridtarget": (
        "grid_id month indicator assured aimed stretch made_by_id figure_by_id is_signed signed_by_id "
        "signed_at"
    ),
}
