"""The archive: households in grids, the people in them, what they agreed to."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.degrees import DegreesField
from customers.enums import (
    ConsentChannel,
    Evidence,
    Gender,
    HouseType,
    IdType,
    IncomeBand,
    Purpose,
    Relation,
    Season,
    Source,
)
from customers.naming import KEY_LENGTH
from customers.personal import sealed
from customers.pii import PHONE, EncryptedField, NameField, NameKeyField, mask_id_number, mask_phone, new_salt
from gridbank.context import memo
from gridbank.days import age_on, years_on
from gridbank.lookups import AnyOf, KeyList
from gridbank.scoping import NOBODY, Personal, ScopedModel
from grids.enums import GridNature
from grids.models import Area, Grid, assigned_paths, under
from ground.geometry import CHINA

MANY_GRIDS = 50
# how the read log names a household's archive
ARCHIVE = "customers.household"
# the same of a person, where only he is known
PERSON = "customers.customer"
WEST, SOUTH, EAST, NORTH = CHINA


def grid_scope_q(actor: Any, prefix: str = "") -> Q:
    """Return the condition that a household lies in the person's subtrees, by its grid or as a special grid's member.

    `prefix` leads to the household from the filtered model: `household__` for a customer. The grids are
    looked up first: a list of ids lets the database choose an index, a join over paths does not.
    """
    paths = assigned_paths(actor)
    if not paths:
        return NOBODY
    kept = memo()
    key = ("scope_grids", paths)
    if key not in kept:
        among = Q(nature=GridNature.SPECIAL)
        grids: models.QuerySet[Grid] = models.QuerySet(Grid).filter(under(paths)).order_by()
        kept[key] = grids.aggregate(every=KeyList("pk"), special=KeyList("pk", filter=among))
    every, special = (kept[key][name] or "" for name in ("every", "special"))
    column, few = f"{prefix}grid_id", every.split(",", MANY_GRIDS)
    condition = (
        Q(AnyOf(column, every)) if len(few) > MANY_GRIDS else Q(**{f"{column}__in": few if every else []})
    )
    if special:
        members: models.QuerySet[SpecialMembership, Any] = (
            models.QuerySet(SpecialMembership).filter(grid_id__in=special.split(",")).values("household_id")
        )
        condition |= Q(**{f"{prefix}pk__in": members})
    return condition


class Household(ScopedModel):
    """A household: the credit unit. `grid` is its base grid, or a branch or head office while none is decided."""

    sealed_to: ClassVar = ("code",)
    personal: ClassVar = Personal(ARCHIVE, "id", frozenset({"head_name", "address", "code"}))

    code = models.CharField(_("household number"), max_length=24, unique=True, editable=False)
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="households", verbose_name=_("grid")
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="households", verbose_name=_("village")
    )  # fmt: skip
    head_name = NameField(_("head of household"), max_length=60)
    group_name = models.CharField(_("village group"), max_length=40, blank=True)
    address = EncryptedField(_("address"), blank=True, longest=200)
    house_type = models.CharField(_("house"), max_length=10, choices=HouseType, blank=True)
    land_mu = models.DecimalField(
        _("land (mu)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    livestock = models.CharField(_("livestock"), max_length=120, blank=True)
    vehicles = models.CharField(_("vehicles"), max_length=120, blank=True)
    business = models.CharField(_("business"), max_length=120, blank=True)
    income_band = models.CharField(_("yearly income (yuan)"), max_length=12, choices=IncomeBand, blank=True)
    income_source = models.CharField(_("main source of income"), max_length=80, blank=True)
    other_banks = models.CharField(_("products of other banks"), max_length=200, blank=True)
    soft_information = models.CharField(_("soft information"), max_length=500, blank=True)
    policy_tags = models.JSONField(_("policy groups"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.ROSTER)
    longitude = DegreesField(_("longitude"), within=(WEST, EAST), null=True, blank=True)
    latitude = DegreesField(_("latitude"), within=(SOUTH, NORTH), null=True, blank=True)
    completeness = models.PositiveSmallIntegerField(_("completeness"), default=0, editable=False)
    completeness_rule = models.PositiveSmallIntegerField(default=0, editable=False)
    # a state of today; the spans in which it held before are rows of their own
    complete_since = models.DateField(_("archive complete since"), null=True, blank=True, editable=False)
    # a fact of its own, which stays when the archive is complete no more
    archived_on = models.DateField(_("archive first complete on"), null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="archived_households",
        editable=False,
    )
    last_met_on = models.DateField(_("last met on"), null=True, blank=True, editable=False)
    # the day on which the last of its people died: from then on it is in no plan and in no count
    ended_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="created_households",
        editable=False,
    )
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(completeness__lte=100), name="household_completeness_percent"),
            models.CheckConstraint(
                condition=Q(completeness=100, complete_since__isnull=False)
                | Q(completeness__lt=100, complete_since=None),
                name="household_complete_since_a_day",
            ),
        ]
        indexes = [models.Index(fields=["grid", "last_met_on"], name="household_grid_met")]

    def __str__(self) -> str:
        """Name the household by its head."""
        return _("%(name)s's household") % {"name": self.head_name}

    def get_absolute_url(self) -> str:
        """Return the household's page."""
        return reverse("customers:household", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Households in the subtrees assigned to the person today, and members of special grids there."""
        return grid_scope_q(actor)


class Customer(ScopedModel):
    """A person: the app and account unit, living in one household."""

    sealed_to: ClassVar = ("salt",)
    personal: ClassVar = Personal(
        ARCHIVE, "household_id", frozenset({"name", "birth_date", "phone", "id_number"})
    )

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="customers", editable=False
    )
    name = NameField(pgettext_lazy("a person", "name"), max_length=60)
    name_key = NameKeyField(of="name", max_length=KEY_LENGTH, blank=True, editable=False, db_index=True)
    pinyin = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    initials = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    # ties the sealed numbers to this person
    salt = models.CharField(
        max_length=16, null=True, blank=True, editable=False, unique=True, default=new_salt
    )
    relation = models.CharField(
        _("relation to the head"), max_length=12, choices=Relation, default=Relation.OTHER
    )
    gender = models.CharField(_("gender"), max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    id_type = models.CharField(_("document"), max_length=20, choices=IdType, default=IdType.NONE)
    # An ID number is found by its document and its bank as well, so that its index is worked out in the services.
    id_number = EncryptedField(_("ID number"), blank=True, mask=mask_id_number, revealable=True, longest=40)
    id_digest = models.CharField(max_length=64, null=True, blank=True, editable=False, unique=True)
    phone = EncryptedField(
        _("Phone"), blank=True, mask=mask_phone, revealable=True, searchable=PHONE, longest=40
    )
    phone_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    phone_tail_digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    wechat_added = models.BooleanField(_("WeChat contact"), default=False)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    is_migrant = models.BooleanField(_("works away from home"), default=False)
    back_season = models.CharField(_("is back"), max_length=16, choices=Season, blank=True)
    guardian = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="wards", verbose_name=_("guardian")
    )  # fmt: skip
    customer_since = models.DateField(_("customer since"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opened_customers",
        editable=False,
    )
    # whether the account, and the app's verified identity, is confirmed; what stood before anybody asked has none
    account_evidence = models.PositiveSmallIntegerField(choices=Evidence, null=True, editable=False)
    # since when he was said to be one, before a later day was: he is new in no month after that
    customer_before = models.DateField(null=True, editable=False)
    app_informed_on = models.DateField(_("told about the app on"), null=True, blank=True, editable=False)
    app_downloaded_on = models.DateField(_("app downloaded on"), null=True, blank=True, editable=False)
    app_verified_on = models.DateField(_("app identity verified on"), null=True, blank=True, editable=False)
    app_activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activated_customers",
        editable=False,
    )
    app_evidence = models.PositiveSmallIntegerField(choices=Evidence, null=True, editable=False)
    died_on = models.DateField(_("died on"), null=True, blank=True, editable=False)
    do_not_contact = models.BooleanField(_("does not want contact"), default=False)
    # the archive that this one was found to be a second one of: it is in no list, no count and no search since
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="merged_people",
        editable=False,
        db_index=False,
    )
    # since when what is known of him is only kept: out of plans, lists and counts, and changed by nobody
    restricted_at = models.DateTimeField(_("processing restricted since"), null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="created_customers",
        editable=False,
    )
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(relation=Relation.HEAD), name="customer_one_head"
            ),
            models.CheckConstraint(
                condition=Q(app_verified_on=None) | Q(app_downloaded_on__isnull=False),
                name="customer_app_downloaded_before_verified",
            ),
        ]
        indexes = [
            models.Index(fields=["customer_since"], name="customer_since"),
            models.Index(fields=["app_verified_on"], name="customer_app_verified"),
            models.Index(fields=["household"], condition=Q(do_not_contact=True), name="customer_quiet"),
            models.Index(
                fields=["household"], condition=Q(restricted_at__isnull=False), name="customer_restricted"
            ),
            models.Index(fields=["died_on"], condition=Q(died_on__isnull=False), name="customer_died"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"
            ),
            # whoever has no number yet is found by who he is, before a second archive is opened for him
            models.Index(
                fields=["name_key", "birth_date"], condition=Q(id_digest=None), name="customer_unnumbered"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        """Return the page of the person's household, at the person."""
        return f"{reverse('customers:household', args=[self.household_id])}#customer-{self.pk}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """People of the households the person may know of; who has another archive by now is found there."""
        return grid_scope_q(actor, "household__") & Q(merged_into=None)

    @classmethod
    def merged(cls) -> models.QuerySet[Customer]:
        """Return whose archives went into others, unscoped: only into which one each went is asked."""
        return models.QuerySet(cls).filter(merged_into__isnull=False)

    def masked(self, name: str) -> str:
        """Return one of the numbers as pages show it."""
        shown: str = next(field.masked(self) for field in sealed(type(self)) if field.name == name)
        return shown

    def age_on(self, day: date) -> int | None:
        """Return the age in whole years on a day, by which rules go; None when the date of birth is unknown."""
        return age_on(self.birth_date, day)

    def years_on(self, day: date) -> int | None:
        """Return the age that is shown, by which nobody's birthday can be told; None when it is unknown."""
        return years_on(self.birth_date, day)


class SpecialMembership(ScopedModel):
    """A household in a special grid; it stays in its base grid as well."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="special_members")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="special_memberships")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grid", "household"], name="special_membership_once")]

    def __str__(self) -> str:
        """Say which household is in which grid."""
        return f"{self.household_id} {self.grid_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Memberships of special grids the person may see."""
        return under(assigned_paths(actor), "grid__")


class Consent(ScopedModel):
    """A person's agreement for one purpose, with its withdrawal."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose)
    notice_version = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=ConsentChannel)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="consents"
    )
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"purpose", "given_at"}))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose"], condition=Q(withdrawn_at=None), name="consent_one_in_force"
            )
        ]

    def __str__(self) -> str:
        """Say what was agreed to."""
        return f"{self.customer_id} {self.purpose}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Consents of people the reader may know of; what a merged archive held besides stays unseen."""
        return grid_scope_q(actor, "customer__household__") & Q(customer__merged_into=None)
