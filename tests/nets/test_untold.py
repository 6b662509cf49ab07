"""Whatever a service writes to what counts, an event of the same transaction tells of it, and comes after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import connection, transaction

from audit.models import Untold
from audit.services import record
from tests.nets.calling import KNOWN, done, given
from tests.nets.site import World

ROOMS = ("people", "grids", "ground", "customers", "products", "needs", "visits", "performance")
# Whole tables: what nobody is paid by, what the machine works out again, and what other triggers let nobody change.
OTHERS = {
    "people_savedview": "a person's own",
    "grids_gridname": "append-only",
    "grids_duty": "words",
    "grids_handoversignature": "append-only, and compared with the trail",
    "ground_layoutshape": "a picture",
    "ground_servicepoint": "nobody is paid by it",
    "customers_likeness": "found by night, decided by a person",
    "visits_heldvisit": "what waits for a decision counts nowhere",
    "performance_run": "computed, frozen, and worked out again at publishing",
    "performance_fact": "the same",
    "performance_score": "the same",
    "performance_scoreline": "the same",
    "performance_earned": "append-only, written by publishing",
    "performance_latechange": "append-only",
}
# Columns of watched tables: words, hours beside a name that is watched, what follows from others, what is sealed by its row.
LEFT = {
    "people_user": "last_login created_at password_changed_at saved_views",
    "people_apitoken": "name created_at last_used_at last_used_from",
    "grids_area": "name",
    "grids_grid": "name",
    "grids_backdating": "subject_name reason asked_at decided_at",
    "grids_handover": "reason loads opened_at trouble undone_at",
    "grids_handoverward": "subject_name",
    "grids_handovervisit": "note recorded_at",
    "ground_layout": "name opened_at submitted_at signed_at begun_on trouble undone_at",
    "ground_layoutversion": "before act told made_at",
    "ground_boundary": "geojson is_illustrative min_lon min_lat max_lon max_lat version drawn_by_id",
    "ground_officialcount": "source recorded_at",
    "customers_household": (
        "address soft_information longitude latitude completeness_rule last_met_on updated_at version"
    ),
    "customers_customer": (
        "name_key pinyin initials salt id_number phone phone_tail_digest updated_at version"
    ),
    "customers_consent": "notice_version channel",
    "customers_death": "was successor_id successor_was undone_because",
    "customers_restriction": "reason lifted_because",
    "customers_claim": "entered_at decided_at reason",
    "customers_corenumber": "learnt_on",
    "customers_appregistration": "as_of",
    "customers_personmerge": "salt undone_because",
    "products_product": "name name_en",
    "products_holding": "account_digest told_on",
    "needs_need": "text",
    "visits_visit": "note next_on",
    "visits_visitversion": "body reason replaced_at",
    "performance_scheme": "name",
    "performance_schemeitem": "position",
    "performance_period": "current_run_id published_at locked_at",
    "performance_gridtarget": "made_at",
}


@contextmanager
def each_transaction() -> Iterator[list[tuple[str, str]]]:
    """Collect what is left whenever what would be a transaction of its own ends; the test's hides all of them."""
    depth, leave, left = len(connection.savepoint_ids), transaction.Atomic.__exit__, []

    def left_at_the_end(block, kind, error, trace):
        leave(block, kind, error, trace)
        if kind is None and len(connection.savepoint_ids) == depth:
            left.extend(Untold.objects.values_list("relation", "row"))

    with patch.object(transaction.Atomic, "__exit__", left_at_the_end):
        yield left


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_service_writes_is_told(shared: World, name: str):
    arguments = given(shared, name)
    record(actor=None, action="test.world")
    assert not Untold.objects.exists()
    with transaction.atomic(), each_transaction() as left:
        done(name, arguments)
        left.extend(Untold.objects.values_list("relation", "row"))
        transaction.set_rollback(True)
    assert left == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_column_counts_or_is_left_out_by_name(room: str):
    watched = import_module(f"{room}.guards").WATCHED
    tables = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields} - {"id"}
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }
    assert tables.keys() - OTHERS.keys() == watched.keys()
    for table, columns in watched.items():
        counting, left = set(columns.split()), set(LEFT.get(table, "").split())
        assert (counting & left, counting | left) == (set(), tables[table]), table
