"""Rows for tests, valid by default and obviously made up."""

import itertools
from datetime import date

import factory
from django.utils import timezone

from customers.models import Customer, Household
from grids.models import Area, Assignment, Duty, Grid
from needs.models import Need
from people.enums import Role
from people.models import User
from products.models import Offer, Product
from visits.models import Visit

_ids = itertools.count(1)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    staff_no = factory.Sequence(lambda n: f"T{n:05}")
    name = factory.Sequence(lambda n: f"员工{n}")
    role = Role.ACCOUNT_MANAGER
    password = "!"


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    code = factory.Sequence(lambda n: f"5227270{n:05}")
    name = factory.Sequence(lambda n: f"第{n}村")
    level = "village"


class GridFactory(factory.django.DjangoModelFactory):
    """A manager's grid below a branch of its own, unless told otherwise."""

    class Meta:
        model = Grid

    code = factory.Sequence(lambda n: f"G{n:05}")
    name = factory.Sequence(lambda n: f"网格{n}")
    tier = "manager"
    kind = factory.LazyAttribute(lambda o: "village" if o.tier == "manager" else "office")
    valid_from = date(2020, 1, 1)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        parent = kwargs.get("parent")
        if kwargs["tier"] == "manager" and "parent" not in kwargs:
            parent = kwargs["parent"] = GridFactory(tier="branch")
        if kwargs["tier"] == "branch" and "parent" not in kwargs:
            parent = kwargs["parent"] = GridFactory(tier="head_office", parent=None)
        grid = model_class(**kwargs, path=f"pending-{next(_ids)}")
        grid.save()
        grid.path = f"{parent.path if parent else '/'}{grid.pk}/"
        grid.save(update_fields=["path"])
        return grid


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    grid = factory.SubFactory(GridFactory)
    part = "lead"
    valid_from = date(2020, 1, 1)


class DutyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Duty

    grid = factory.SubFactory(GridFactory)
    text = "每季走访一遍"
    valid_from = date(2020, 1, 1)


class HouseholdFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Household

    code = factory.Sequence(lambda n: f"H{n:06}")
    grid = factory.SubFactory(GridFactory)
    head_name = factory.Sequence(lambda n: f"户主{n}")

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        """Let a complete archive have its day, and one with a day be complete."""
        if kwargs.get("complete_since"):
            kwargs.setdefault("completeness", 100)
        elif kwargs.get("completeness") == 100:
            kwargs["complete_since"] = timezone.localdate()
        return kwargs


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    household = factory.SubFactory(HouseholdFactory)
    name = factory.Sequence(lambda n: f"客户{n}")
    relation = "other"


class NeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Need

    household = factory.SubFactory(HouseholdFactory)
    text = "想贷款买牛"
    raised_on = date(2026, 1, 5)
    raised_by = factory.SubFactory(UserFactory)


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    code = factory.Sequence(lambda n: f"P{n:03}")
    name = factory.Sequence(lambda n: f"产品{n}")
    name_en = factory.Sequence(lambda n: f"Product {n}")
    category = "loan"


class VisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Visit

    id = factory.Faker("uuid4", cast_to=None)
    customer = factory.SubFactory(CustomerFactory)
    household = factory.SelfAttribute("customer.household")
    grid = factory.SelfAttribute("household.grid")
    staff = factory.SubFactory(UserFactory)
    started_at = factory.LazyFunction(timezone.now)
    day = factory.LazyAttribute(lambda o: timezone.localdate(o.started_at))
    mode = "door"
    met = True
    body_hash = "0" * 64
    received_at = factory.LazyFunction(timezone.now)


class OfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Offer

    customer = factory.SubFactory(CustomerFactory)
    product = factory.SubFactory(ProductFactory)
    result = "offered"
    offered_on = date(2026, 1, 6)
    evidence = factory.LazyAttribute(lambda o: 2 if o.result == "accepted" else None)
    staff = factory.SubFactory(UserFactory)
    grid = factory.SelfAttribute("customer.household.grid")
