"""Choices of the customers app."""

from datetime import timedelta

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# the visiting rhythm: who wasn't met for longer is due (visits), and found by the list's filter
MET_WITHIN = timedelta(days=90)


class Relation(models.TextChoices):
    """Relation to the head of the household."""

    HEAD = "head", _("Head")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    GRANDCHILD = "grandchild", _("Grandchild")
    SIBLING = "sibling", _("Sibling")
    OTHER = "other", _("Other")


class Gender(models.TextChoices):
    """As on the identity document."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class IdType(models.TextChoices):
    """Kinds of identity document."""

    RESIDENT = "resident", _("Resident ID card")
    RESIDENT_15 = "resident_15", _("Old 15-digit ID")
    FOREIGN_PERMANENT = "foreign_permanent", _("Foreigner's permanent residence ID")
    HMT_RESIDENCE = "hmt_residence", _("Residence permit for Hong Kong, Macao and Taiwan")
    NONE = "none", _("No document yet")


class Source(models.TextChoices):
    """Where an archive came from."""

    ROSTER = "roster", _("Village roster")
    VISIT = "visit", _("Visit")
    COUNTER = "counter", _("Counter")
    CORE = "core", _("Core system")
    EVENT = "event", _("Event")


class IncomeBand(models.TextChoices):
    """Yearly income of a household in yuan."""

    UNKNOWN = "", _("Unknown")
    UNDER_20K = "under_20k", _("Under 20,000")
    TO_50K = "to_50k", _("20,000 to 50,000")
    TO_100K = "to_100k", _("50,000 to 100,000")
    TO_200K = "to_200k", _("100,000 to 200,000")
    OVER_200K = "over_200k", _("Over 200,000")


class HouseType(models.TextChoices):
    """What the household lives in."""

    UNKNOWN = "", _("Unknown")
    BRICK = "brick", _("Brick house")
    WOOD = "wood", _("Wooden house")
    FLAT = "flat", _("Flat in town")
    RENTED = "rented", _("Rented")


class Season(models.TextChoices):
    """When a migrant worker is back."""

    UNKNOWN = "", _("Unknown")
    SPRING_FESTIVAL = "spring_festival", _("Spring Festival")
    QINGMING = "qingming", _("Qingming")
    HARVEST = "harvest", _("Harvest")
    YEAR_END = "year_end", _("End of the year")
    MONTHLY = "monthly", _("Every month")


class Purpose(models.TextChoices):
    """What a person agreed to."""

    MARKETING = "marketing", _("Marketing contacts")
    LOCATION = "location", _("Location")
    ACCOUNT = "account", _("Account data")


class ConsentChannel(models.TextChoices):
    """How the agreement was given."""

    PAPER = "paper", _("On paper")
    COUNTER = "counter", _("At the counter")
    APP = "app", _("In the app")
    VISIT = "visit", _("During a visit")


class PolicyTag(models.TextChoices):
    """Groups that policy asks the bank to look after."""

    LIFTED_FROM_POVERTY = "lifted", _("Lifted out of poverty")
    MONITORED = "monitored", _("Monitored against falling back")
    LOW_INCOME = "low_income", _("Minimum living allowance")
    EXTREME_POVERTY = "extreme", _("Extreme poverty support")
    DISABLED = "disabled", _("Household with a disabled person")
    VETERAN = "veteran", _("Veteran's household")
    LEFT_BEHIND = "left_behind", _("Old people or children left behind")
    CREDIT_MODEL = "credit_model", _("Model of credit")


class AgeBand(models.TextChoices):
    """Age bands of the list's filter, in whole years."""

    MINOR = "0-17", _("Under 18")
    ADULT = "18-", _("18 and over")
    YOUNG = "18-35", _("18 to 35")
    MIDDLE = "36-59", _("36 to 59")
    ELDERLY = "60-", _("60 and over")


class Archive(models.TextChoices):
    """How complete an archive is, as the list's filter asks."""

    COMPLETE = "complete", _("Complete")
    PARTIAL = "partial", _("Half or more")
    POOR = "poor", _("Less than half")


class Met(models.TextChoices):
    """When a household was last met, as the list's filter asks: within the visiting rhythm or not."""

    NEVER = "never", _("Never met")
    LONG_AGO = "long_ago", format_lazy(_("Not met for {days} days"), days=MET_WITHIN.days)
    RECENT = "recent", format_lazy(_("Met within {days} days"), days=MET_WITHIN.days)
    THIS_MONTH = "this_month", _("Met this month")


class AppState(models.TextChoices):
    """How far a person has come with the app."""

    NONE = "none", _("No app")
    INFORMED = "informed", _("Told about it")
    DOWNLOADED = "downloaded", _("Downloaded")
    VERIFIED = "verified", _("Identity verified")


class AppStatus(models.TextChoices):
    """How a person stands with the app, as its own system says."""

    OPEN = "open", pgettext_lazy("app", "In use")
    FROZEN = "frozen", pgettext_lazy("app", "Frozen")
    CLOSED = "closed", pgettext_lazy("app", "Cancelled")


class Evidence(models.IntegerChoices):
    """How sure it is that what somebody entered is true: his word, or somebody else's too."""

    CLAIMED = 1, pgettext_lazy("evidence", "Claimed")
    CONFIRMED = 2, pgettext_lazy("evidence", "Confirmed")
    REFUTED = 3, pgettext_lazy("evidence", "Refuted")
    WITHDRAWN = 4, pgettext_lazy("evidence", "Withdrawn")


class Witness(models.TextChoices):
    """Who says so besides."""

    PERSON = "person", _("Second person")
    CORE = "core", _("Core system")


class Turn(models.TextChoices):
    """What was said about people that moves what is counted."""

    DIED = "died", _("Died")
    UNDONE = "undone", _("Death taken back")
    MOVED = "moved", _("Lives in another grid")
    IDENTITY = "identity", _("Date of birth or document changed")
    RESTRICTED = "restricted", _("Processing restricted")
    LIFTED = "lifted", _("Restriction lifted")
    MERGED = "merged", _("Archives put together")
    UNMERGED = "unmerged", _("Archives taken apart again")
