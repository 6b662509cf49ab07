"""The temporary tables of a month's households, and the SQL of a state that each of them is in."""

from performance.enums import FactSource
from performance.indicators.definition import Query, Window, day_literal, in_order, plain, unearned


def first_visits(window: Window) -> Query:
    """Return the SQL of `rank_visit`: each household's first visit of the month at which somebody was met.

    One that a final month counted is left out. It stands with the grid and branch it was made in and whoever led that grid on its day.
    """
    fresh = unearned("visit_coverage", FactSource.VISIT, plain("t.id"))
    return (
        f"""
        SELECT v.household_id, v.id AS visit_id, v.version, v.day, v.grid_id, v.branch_id,
               COALESCE(l.staff_id, 0) AS staff_id
        FROM (SELECT t.id, t.version, t.day, t.grid_id, t.household_id, g.branch_id,
                     ROW_NUMBER() OVER (PARTITION BY t.household_id ORDER BY t.started_at, t.id) AS turn
              FROM visits_visit t JOIN rank_grid g ON g.grid_id = t.grid_id
              WHERE t.met AND NOT t.is_late AND t.day BETWEEN %s AND %s AND {fresh}) v
        LEFT JOIN rank_lead l ON l.grid_id = v.grid_id AND v.day BETWEEN l.first_day AND l.last_day
        WHERE v.turn = 1""",  # noqa: S608  our own constants
        [window.first.isoformat(), window.as_of.isoformat()],
    )


def moved(window: Window) -> Query:
    """Return the SQL of `rank_moved`: the grid, on the last day, of each household that has left it since."""
    return (
        """
        SELECT household_id, grid_id FROM customers_attribution WHERE valid_to >= %s AND valid_from <= %s""",
        [window.as_of.isoformat(), window.as_of.isoformat()],
    )


def once_complete(window: Window) -> Query:
    """Return the SQL of `rank_complete`: the households whose archive was complete on the last day and isn't since."""
    return (
        """
        SELECT household_id FROM customers_completespan WHERE valid_to >= %s AND valid_from <= %s""",
        [window.as_of.isoformat(), window.as_of.isoformat()],
    )


def _lived(window: Window, person: str, span: str) -> str:
    """Return the condition that a span is where somebody lived on the last day."""
    day = day_literal(window.as_of)
    return f"{span}.customer_id = {person}.id AND {span}.valid_to >= {day} AND {span}.valid_from <= {day}"


# at the end of the last day; each asks for that instant twice
_RESTRICTED = (
    "EXISTS (SELECT 1 FROM customers_restriction x WHERE x.customer_id = c.id AND COALESCE(x.came_at, x.set_at) < %s "
    "AND (x.lifted_at IS NULL OR x.lifted_at >= %s))"
)
_MERGED = (
    "EXISTS (SELECT 1 FROM customers_personmerge y WHERE y.merged_id = c.id AND y.made_at < %s "
    "AND (y.undone_at IS NULL OR y.undone_at >= %s))"
)


def gone(window: Window) -> Query:
    """Return the SQL of `rank_gone`: the households of whose people nobody is left whom one may visit at the end of the last day.

    They have died, live elsewhere by then, stand in other archives, or what is known of them is only kept. It is asked of the day: somebody may
    have moved in or been told of since. One of which nobody was ever told is not among them.
    """
    day = day_literal(window.as_of)
    alive = (
        f"c.created_at < %s AND (c.died_on IS NULL OR c.died_on > {day}) "
        f"AND NOT {_MERGED} AND NOT {_RESTRICTED}"
    )
    return (
        f"""
        SELECT d.household_id
        FROM (SELECT COALESCE(r.household_id, c.household_id) AS household_id
              FROM (SELECT p.id FROM customers_customer p WHERE p.died_on <= {day}
                    UNION
                    SELECT y.merged_id FROM customers_personmerge y
                    WHERE y.made_at < %s AND (y.undone_at IS NULL OR y.undone_at >= %s)
                    UNION
                    SELECT x.customer_id FROM customers_restriction x
                    WHERE COALESCE(x.came_at, x.set_at) < %s AND (x.lifted_at IS NULL OR x.lifted_at >= %s)) q
              JOIN customers_customer c ON c.id = q.id
              LEFT JOIN customers_residence r ON {_lived(window, "c", "r")}
              WHERE c.created_at < %s
              UNION
              SELECT r.household_id
              FROM customers_residence r JOIN customers_customer c ON c.id = r.customer_id
              WHERE r.valid_to < {day} AND c.created_at < %s
              UNION
              SELECT h.id FROM customers_household h WHERE h.ended_on <= {day}) d
        WHERE NOT EXISTS (SELECT 1 FROM customers_customer c
                          WHERE c.household_id = d.household_id AND {alive}
                            AND NOT EXISTS (SELECT 1 FROM customers_residence r WHERE {_lived(window, "c", "r")}))
          AND NOT EXISTS (SELECT 1 FROM customers_residence r JOIN customers_customer c ON {_lived(window, "c", "r")}
                          WHERE r.household_id = d.household_id AND {alive})""",  # noqa: S608  our own constants
        [window.end] * 16,
    )


def homes(window: Window) -> Query:
    """Return the SQL of `rank_home`: each household once per lead of its grid on the last day, with his part of the month.

    The parts are millionths that add up to one. A household that was visited where it isn't any more (it
    moved, within the month) has one row more, with no part in it: whoever led that grid on that day. `complete` is 1
    when its archive was complete at the end of the last day.
    One of whose people nobody is left on the last day has none.
    """
    alive = "NOT EXISTS (SELECT 1 FROM rank_gone e WHERE e.household_id = h.id)"
    return (
        f"""
        SELECT {in_order("household_id, grid_id")} AS place, household_id, complete, grid_id, branch_id,
               staff_id, micros
        FROM (SELECT h.id AS household_id, CASE WHEN k.household_id IS NOT NULL OR h.complete_since <= %s
                                                THEN 1 ELSE 0 END AS complete, g.grid_id, g.branch_id, s.staff_id, s.micros
              FROM customers_household h
              LEFT JOIN rank_moved m ON m.household_id = h.id
              JOIN rank_grid g ON g.grid_id = COALESCE(m.grid_id, h.grid_id)
              JOIN rank_share s ON s.grid_id = g.grid_id
              LEFT JOIN rank_complete k ON k.household_id = h.id
              WHERE h.created_at < %s AND {alive}
              UNION ALL
              SELECT h.id, 0, f.grid_id, f.branch_id, f.staff_id, 0
              FROM rank_visit f JOIN customers_household h ON h.id = f.household_id
              LEFT JOIN rank_moved m ON m.household_id = h.id
              WHERE (COALESCE(m.grid_id, h.grid_id) <> f.grid_id OR h.created_at >= %s) AND {alive}) pairs""",  # noqa: S608  our own constants
        [window.as_of.isoformat(), window.end, window.end],
    )


def apps(window: Window) -> Query:
    """Return the SQL of `rank_app`: what of the app was said of whom on the last night, where a merge has moved it since.

    The archive that it came from has what stands in the other now, and that one nothing. Of a merge that was in force then
    and is taken back, the one that stayed has what stands in the other again.
    """
    since = "y.app_came AND y.undone_at IS NULL AND y.made_at >= %s"
    until = "{0}.app_came AND {0}.made_at < %s AND {0}.undone_at >= %s"
    return (
        f"""
        SELECT y.merged_id AS customer_id, k.app_verified_on, k.app_evidence
        FROM customers_personmerge y JOIN customers_customer k ON k.id = y.customer_id WHERE {since}
        UNION
        SELECT y.customer_id, NULL, NULL FROM customers_personmerge y
        WHERE {since} AND NOT EXISTS (SELECT 1 FROM customers_personmerge z WHERE z.merged_id = y.customer_id
                                      AND z.app_came AND z.undone_at IS NULL AND z.made_at >= %s)
          AND NOT EXISTS (SELECT 1 FROM customers_personmerge u WHERE u.customer_id = y.customer_id AND {until.format("u")})
        UNION
        SELECT y.customer_id, k.app_verified_on, k.app_evidence
        FROM customers_personmerge y JOIN customers_customer k ON k.id = y.merged_id
        WHERE {until.format("y")}
          AND NOT EXISTS (SELECT 1 FROM customers_personmerge u
                          WHERE u.customer_id = y.customer_id AND u.id > y.id AND {until.format("u")})
          AND NOT EXISTS (SELECT 1 FROM customers_personmerge z WHERE z.merged_id = y.customer_id
                          AND z.app_came AND z.undone_at IS NULL AND z.made_at >= %s)""",  # noqa: S608  our own constants
        [window.end] * 10,
    )


def adults(window: Window) -> Query:
    """Return the SQL of `rank_adults`: how many adults a household has, and how many of them are verified.

    Of the living whose data may be processed, each by the archive and the app that were his then, where they lived and by the date of birth that stood there on the last day.
    """
    moved = "p.customer_id IS NULL"
    verified = (
        f"CASE WHEN {moved} THEN c.app_verified_on ELSE p.app_verified_on END <= %s AND "
        + window.evident(f"CASE WHEN {moved} THEN c.app_evidence ELSE p.app_evidence END")
    )
    return (
        f"""
        SELECT COALESCE(r.household_id, c.household_id) AS household_id, COUNT(*) AS adults,
               SUM(CASE WHEN {verified} THEN 1 ELSE 0 END) AS verified
        FROM customers_customer c
        LEFT JOIN customers_residence r ON r.customer_id = c.id AND r.valid_to >= %s AND r.valid_from <= %s
        LEFT JOIN rank_app p ON p.customer_id = c.id
        LEFT JOIN customers_identityspan i ON i.customer_id = c.id AND i.valid_to >= %s AND i.valid_from <= %s
        WHERE CASE WHEN i.id IS NULL THEN c.birth_date ELSE i.birth_date END <= %s AND c.created_at < %s
          AND (c.died_on IS NULL OR c.died_on > %s) AND NOT {_MERGED} AND NOT {_RESTRICTED}
        GROUP BY COALESCE(r.household_id, c.household_id)""",  # noqa: S608  our own constants
        [
            *[window.as_of.isoformat()] * 5,
            window.born_by.isoformat(),
            window.end,
            window.as_of.isoformat(),
            *[window.end] * 4,
        ],
    )


def household_state(window: Window, numerator: str, denominator: str, join: str = "") -> str:
    """Return the SQL that counts each household once per lead, as it is at the end of the month."""
    return f"""
        SELECT r.place, r.staff_id, r.grid_id, r.branch_id, {day_literal(window.as_of)} AS day,
               '{FactSource.HOUSEHOLD}' AS source, CAST(r.household_id AS text) AS source_id, 1 AS source_version,
               CAST(r.household_id AS text) AS subject, {numerator} AS numerator, {denominator} AS denominator
        FROM rank_home r {join} WHERE r.micros > 0"""  # noqa: S608
