"""People who sign in, and their tokens for the API."""

import unicodedata
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from audit.services import record
from people.actions import Action
from people.enums import BUSINESS_ROLES, Role, TokenPower

USERNAME_LENGTH, STAFF_NO_LENGTH, NAME_LENGTH = 60, 20, 60
VIEW_NAME_LENGTH, VIEW_QUERY_LENGTH = 16, 400
USERNAME_LETTERS = RegexValidator(r"^[\w.-]+\Z", _("Letters, digits, dot, hyphen and underscore only."))
STAFF_NO_LETTERS = RegexValidator(r"^[A-Za-z0-9-]+\Z", _("Letters, digits and hyphen only."))


def canonical_username(username: str) -> str:
    """Fold case and full-width forms: `ZHANG` and `ｚｈａｎｇ` are the same account and the same lock."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def canonical_staff_no(staff_no: str) -> str:
    """Fold case and full-width forms: `A0017` and `a0017` are one person. Stored so since; what is older is found so."""
    return unicodedata.normalize("NFKC", staff_no).strip().upper()


class UserManager(BaseUserManager["User"]):
    """Find people by canonical name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Fetch by user name, whatever its case or width. Raises User.DoesNotExist."""
        return self.get(username=canonical_username(username or ""))

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password nobody can sign in as him."""
        user = self.model(username=canonical_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of the bank's staff. One role each: the three officers' roles exclude all others."""

    username = models.CharField(
        _("user name"), max_length=USERNAME_LENGTH, unique=True, validators=[USERNAME_LETTERS]
    )
    staff_no = models.CharField(
        _("staff number"), max_length=STAFF_NO_LENGTH, unique=True, validators=[STAFF_NO_LETTERS]
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    one_time_until = models.DateTimeField(null=True)
    session_epoch = models.PositiveIntegerField(default=0)
    # how many views of lists he keeps: whoever keeps none is asked for none on every list
    saved_views = models.PositiveSmallIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["staff_no", "name", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(condition=~models.Q(staff_no=""), name="user_staff_no_given"),
        ]

    def __str__(self) -> str:
        """Show the name as colleagues know it."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of this account."""
        return reverse("people:detail", args=[self.pk])

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether it is his; one that older rules stored is stored by today's, which the trail tells."""
        return check_password(raw_password, self.password, self._rehash)

    @transaction.atomic
    def _rehash(self, raw_password: str) -> None:
        self.set_password(raw_password)
        # what hasn't changed isn't told to whoever waits for a new one
        self._password = None
        self.save(update_fields=["password"])
        record(actor=self, action=Action.USER_PASSWORD_REHASHED, subject=self)

    def get_session_auth_hash(self) -> str:
        """End every session when the password, the role or the epoch changes."""
        text = f"{self.password}|{self.role}|{self.session_epoch}"
        return salted_hmac("people.session", text, algorithm="sha256").hexdigest()

    @property
    def is_business(self) -> bool:
        """Whether this person works with customers at all."""
        return self.role in BUSINESS_ROLES


class ApiToken(models.Model):
    """A revocable opaque token; only its digest is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    power = models.CharField(max_length=8, choices=TokenPower, default=TokenPower.ALL)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        """Name the token, never show it."""
        return f"{self.user} {self.name}"


class SavedView(models.Model):
    """A list as somebody wants to find it again: under a name of his own, with its filters, order and columns."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="views")
    list = models.CharField(max_length=40)
    name = models.CharField(max_length=VIEW_NAME_LENGTH)
    query = models.CharField(max_length=VIEW_QUERY_LENGTH)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "list", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        """Show the name its owner gave it."""
        return self.name
