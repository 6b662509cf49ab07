"""Choices of the people app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TokenPower(models.TextChoices):
    """What a token opens of all that its owner may do."""

    ALL = "all", pgettext_lazy("token", "All that I may do")
    FILES = "files", pgettext_lazy("token", "Bringing files, and nothing else")


class Role(models.TextChoices):
    """What a person may do; where he may do it follows from his assignments."""

    HEAD_OFFICE = "head_office", _("Head office")
    BRANCH_MANAGER = "branch_manager", _("Branch manager")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")


BUSINESS_ROLES = frozenset({Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.ACCOUNT_MANAGER})
# who answers for other people's ground: a branch or the bank
LEADING_ROLES = frozenset({Role.BRANCH_MANAGER, Role.HEAD_OFFICE})
THREE_OFFICERS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
# Out in the grids, each with ground and scores of his own.
FIELD_ROLES = frozenset({Role.ACCOUNT_MANAGER})
EVERYONE = frozenset(Role)
