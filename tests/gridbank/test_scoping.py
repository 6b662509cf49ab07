"""The first net: a queryset that refuses until a reader is named."""

import pickle

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, prefetch_related_objects

from customers.models import Customer, Household
from gridbank.scoping import NOBODY, OutOfSight, ScopedModel, UnscopedQueryError, visible_or_404, waive_scope
from tests.factories import CustomerFactory, HouseholdFactory

EVALUATIONS = {
    "list": list,
    "bool": bool,
    "len": len,
    "repr": repr,
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "in": lambda rows: 1 in rows,
    "pickle": pickle.dumps,
    "get": lambda rows: rows.get(),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "earliest": lambda rows: rows.earliest("pk"),
    "latest": lambda rows: rows.latest("pk"),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(Household(pk=1)),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "iterator": lambda rows: list(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk(),
    "in_bulk of ids": lambda rows: rows.in_bulk([1]),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "annotate": lambda rows: list(rows.annotate(n=Count("customers"))),
    "dates": lambda rows: list(rows.dates("created_at", "day")),
    "datetimes": lambda rows: list(rows.datetimes("created_at", "day")),
    "select_related": lambda rows: list(rows.select_related("grid")),
    "prefetch_related": lambda rows: list(rows.prefetch_related("customers")),
    "only": lambda rows: list(rows.only("pk")),
    "order_by": lambda rows: list(rows.order_by("-pk")),
    "distinct": lambda rows: list(rows.distinct()),
    "exclude": lambda rows: list(rows.exclude(pk=0)),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "raw": lambda rows: list(rows.raw("select * from customers_household")),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(head_name="x"),
    "delete": lambda rows: rows.delete(),
    "union": lambda rows: list(rows.union(rows)),
    "intersection": lambda rows: list(rows.intersection(rows)),
    "difference": lambda rows: list(rows.difference(rows)),
    "or": lambda rows: list(rows | rows),
    "and": lambda rows: list(rows & rows),
    "xor": lambda rows: list(rows ^ rows),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "bulk_update": lambda rows: rows.bulk_update([Household(pk=1, head_name="x")], ["head_name"]),
}


@pytest.fixture
def household(cast):
    return HouseholdFactory(grid=cast.grid_li)


@pytest.mark.parametrize("way", EVALUATIONS)
def test_no_way_of_reading_works_without_a_reader(household, way):
    with pytest.raises(UnscopedQueryError):
        EVALUATIONS[way](Household.objects.all())


@pytest.mark.parametrize("name", ["count", "exists", "first", "get", "in_bulk", "update", "aggregate"])
def test_the_manager_itself_refuses_too(household, name):
    arguments = {"update": [], "aggregate": [Count("pk")]}.get(name, [])
    named = {"head_name": "x"} if name == "update" else {}
    with pytest.raises(UnscopedQueryError):
        getattr(Household.objects, name)(*arguments, **named)


def test_a_reader_opens_his_rows_and_no_others(cast, household):
    HouseholdFactory(grid=cast.grid_wu)
    assert list(Household.objects.visible_to(cast.li)) == [household]
    assert list(Household.objects.visible_to(cast.chen)) == [household]
    assert list(Household.objects.visible_to(cast.wang)) == []
    assert list(Household.objects.visible_to(cast.sun)) == []
    assert Household.objects.visible_to(cast.zhao).count() == 2


def test_the_reader_stays_named_through_every_refinement(cast, household):
    rows = Household.objects.visible_to(cast.li)
    assert list(rows.filter(pk=household.pk).exclude(pk=0).order_by("pk").select_related("grid")[:5]) == [
        household
    ]
    assert list(rows.values_list("pk", flat=True)) == [household.pk]
    assert rows.filter(pk=household.pk).exists()


@pytest.mark.parametrize("operator", ["__or__", "__and__", "__xor__", "union", "intersection", "difference"])
def test_named_rows_do_not_carry_unnamed_ones_in(cast, household, operator):
    named, unnamed = Household.objects.visible_to(cast.li), Household.objects.all()
    with pytest.raises(UnscopedQueryError):
        getattr(named, operator)(unnamed)
    with pytest.raises(UnscopedQueryError):
        getattr(unnamed, operator)(named)
    with pytest.raises(UnscopedQueryError):
        getattr(Household.objects.none(), operator)(unnamed)


def test_a_reverse_manager_refuses_and_opens_for_a_reader(cast, household):
    customer = CustomerFactory(household=household)
    for way in (list, len, lambda rows: rows.count(), lambda rows: rows.exists()):
        with pytest.raises(UnscopedQueryError):
            way(household.customers.all())
    assert list(household.customers.visible_to(cast.li)) == [customer]
    assert list(household.customers.visible_to(cast.wu)) == []


def test_a_prefetch_needs_a_reader_of_its_own(cast, household):
    customer = CustomerFactory(household=household)
    rows = Household.objects.visible_to(cast.li)
    with pytest.raises(UnscopedQueryError):
        list(rows.prefetch_related("customers"))
    with pytest.raises(UnscopedQueryError):
        prefetch_related_objects([household], "customers")
    opened = Prefetch("customers", Customer.objects.visible_to(cast.li))
    assert [list(row.customers.all()) for row in rows.prefetch_related(opened)] == [[customer]]


def test_a_model_choice_field_needs_a_reader(cast, household):
    class Choose(forms.Form):
        household = forms.ModelChoiceField(Household.objects.all())

    with pytest.raises(UnscopedQueryError):
        Choose().as_p()
    with pytest.raises(UnscopedQueryError):
        Choose({"household": household.pk}).is_valid()

    class Offered(forms.Form):
        household = forms.ModelChoiceField(Household.objects.none())

    theirs = HouseholdFactory(grid=cast.grid_wu)
    for pk, fits in ((household.pk, True), (theirs.pk, False)):
        form = Offered({"household": pk})
        form.fields["household"].queryset = Household.objects.visible_to(cast.li)
        assert form.is_valid() is fits


def test_uniqueness_is_checked_over_rows_out_of_sight(cast, household):
    theirs = HouseholdFactory(grid=cast.grid_wu, code="H-TAKEN")
    with pytest.raises(ValidationError):
        Household(code=theirs.code, grid=cast.grid_li, head_name="赵").validate_unique()


def test_a_waiver_opens_every_row_says_why_and_ends(cast, household):
    HouseholdFactory(grid=cast.grid_wu)
    with waive_scope("a test counts everything"):
        assert Household.objects.count() == 2
    with pytest.raises(UnscopedQueryError):
        Household.objects.count()
    with pytest.raises(ValueError, match="Say why"), waive_scope(""):
        pass


def test_a_waiver_ends_when_the_work_fails(household):
    with pytest.raises(ZeroDivisionError), waive_scope("it fails"):
        raise ZeroDivisionError
    with pytest.raises(UnscopedQueryError):
        Household.objects.count()


def test_rows_made_under_a_waiver_are_not_opened_after_it(household):
    with waive_scope("only built here, not read"):
        rows = Household.objects.all()
    with pytest.raises(UnscopedQueryError):
        list(rows)


def test_an_empty_set_needs_no_reader(db):
    assert list(Household.objects.none()) == []


def test_nobody_matches_no_row(cast, household):
    with waive_scope("a test"):
        assert not Household.objects.filter(NOBODY).exists()


def test_a_model_must_say_who_may_know_of_it():
    with pytest.raises(NotImplementedError):
        ScopedModel.scope_q(None)


@pytest.mark.parametrize("pk", [0, -1, 2**63, 10**40, "x", None])
def test_no_key_at_all_is_out_of_sight(cast, household, pk):
    with pytest.raises(OutOfSight):
        visible_or_404(Household.objects.visible_to(cast.li), pk=pk)


def test_a_hidden_row_looks_like_an_absent_one(cast, household):
    assert visible_or_404(Household.objects.visible_to(cast.li), pk=household.pk) == household
    with pytest.raises(OutOfSight) as hidden:
        visible_or_404(Household.objects.visible_to(cast.wu), pk=household.pk)
    with pytest.raises(OutOfSight) as absent:
        visible_or_404(Household.objects.visible_to(cast.wu), pk=household.pk + 1000)
    assert str(hidden.value) == str(absent.value) == ""
