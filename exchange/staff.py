"""The file of the people on staff. It stands here because the room of the people lies below this one."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchange.services import one_by_one
from exchange.sheets import Column, Fate, Holds, Outcome, Row, Sheet, Source, Stored, Undone, register, wrong
from gridbank.errors import Refused
from people import policies, services
from people.enums import BUSINESS_ROLES, Role
from people.models import User, canonical_staff_no
from people.selectors import account_list, people_by_number

YES, NO = "1", "0"
FIELDS = ("name", "is_active")

COLUMNS = (
    Column(
        key="staff_no",
        label=pgettext_lazy("file", "Staff number"),
        about=gettext_lazy("Tells a person from others for good; letters, digits and hyphens."),
        holds=Holds.CODE,
        aliases=("柜员号", "员工号", "员工编号", "工号", "人员编号"),
        required=True,
        example="A0017",
    ),
    Column(
        key="name",
        label=pgettext_lazy("file", "Person's name"),
        about=gettext_lazy("As colleagues know it."),
        aliases=("姓名", "员工姓名", "客户经理"),
        required=True,
        example="韦国英",
    ),
    Column(
        key="username",
        label=pgettext_lazy("file", "User name"),
        about=gettext_lazy("To sign in with; the staff number when it is empty."),
        holds=Holds.CODE,
        aliases=("登录名", "账号", "用户名"),
        example="weiguoying",
    ),
    Column(
        key="role",
        label=pgettext_lazy("file", "Role"),
        about=gettext_lazy("What the person may do; where is told by the file of assignments."),
        holds=Holds.CHOICE,
        aliases=("岗位", "职务"),
        required=True,
        example="客户经理",
        choices=[(role.value, role.label) for role in Role if role in BUSINESS_ROLES],
        spellings={
            "支行行长": "branch_manager",
            "行长": "branch_manager",
            "总行部门": "head_office",
        },
    ),
    Column(
        key="active",
        label=pgettext_lazy("file", "Working here"),
        about=gettext_lazy("“No” closes the account of somebody who has left."),
        holds=Holds.CHOICE,
        aliases=("在岗", "状态", "在职"),
        example="是",
        choices=[(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))],
        spellings={"在岗": YES, "在职": YES, "离岗": NO, "离职": NO, "退休": NO},
    ),
)


def store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Open the accounts that aren't there, nobody can sign in with them yet; keep name and standing of the others."""
    there = people_by_number(staff_numbers=[row.values["staff_no"] for row in rows])

    def work(row: Row) -> Outcome:
        user = there.get(canonical_staff_no(row.values["staff_no"]))
        return _changed(source, user, row) if user else _opened(source, row, there)

    return one_by_one(rows, work)


def _opened(source: Source, row: Row, there: dict[str, User]) -> Outcome:
    values = row.values
    if values.get("active") == NO:
        return wrong("active", _("Nobody here has this staff number."), _("Leave the row out."))
    account = services.AccountRow(
        values.get("username", values["staff_no"]), values["staff_no"], values["name"], values["role"]
    )
    for field, messages in services.account_faults(actor=source.actor, row=account).items():
        return wrong(field, messages[0])
    (user,) = services.accounts_bulk_create(actor=source.actor, rows=[account])
    there[canonical_staff_no(user.staff_no)] = user
    return Outcome(Fate.NEW, subject=user.staff_no, after=_standing(user))


def _standing(user: User) -> dict[str, object]:
    return {name: getattr(user, name) for name in FIELDS}


def _changed(source: Source, user: User, row: Row) -> Outcome:
    values, before = row.values, _standing(user)
    if values["role"] != user.role:
        return wrong(
            "role", _("The person has another role here."), _("The security administrator changes roles.")
        )
    active = values.get("active", YES if user.is_active else NO) == YES
    if values["name"] == user.name and active == user.is_active:
        return Outcome(Fate.UNCHANGED)
    user = _bring(source, user, name=values["name"], active=active)
    return Outcome(Fate.CHANGED, subject=user.staff_no, before=before, after=_standing(user))


def _bring(source: Source, user: User, *, name: str, active: bool) -> User:
    if name != user.name:
        user = services.account_rename(actor=source.actor, user=user, name=name)
    if active != user.is_active:
        change = services.account_enable if active else services.account_disable
        user = change(actor=source.actor, user=user)
    return user


def undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Remove accounts that nobody has used, and put back what was changed."""
    there = people_by_number(staff_numbers=[row.subject for row in rows])
    return [_undone(source, there.get(canonical_staff_no(row.subject)), row) for row in rows]


def _undone(source: Source, user: User | None, row: Stored) -> Undone:
    if user is None:
        return Undone(_("The account is gone."))
    if _standing(user) != dict(row.after):
        return Undone(_("The account of %(name)s was changed since.") % {"name": user.name})
    try:
        if row.fate == Fate.NEW:
            services.account_withdraw(actor=source.actor, user=user)
        else:
            _bring(source, user, name=str(row.before["name"]), active=bool(row.before["is_active"]))
    except Refused as refused:
        return Undone(str(refused))
    return Undone()


def out(actor: User) -> Iterator[dict[str, str]]:
    """Return the people of the business as rows of such a file; officers are in none."""
    for user in account_list(actor=actor).filter(role__in=BUSINESS_ROLES).order_by("staff_no"):
        row = {name: str(getattr(user, name)) for name in ("staff_no", "name", "username", "role")}
        yield row | {"active": YES if user.is_active else NO}


STAFF = Sheet(
    kind="staff",
    label=pgettext_lazy("file", "Staff"),
    about=gettext_lazy("One row a person who works here. Passwords are given out afterwards, one by one."),
    columns=COLUMNS,
    may=policies.opens_accounts,
    why_not=lambda _actor: _("Accounts are opened by the system administrator."),
    oversees=policies.opens_accounts,
    store=store,
    undo=undo,
    out=out,
    most=5_000,
    place=10,
)


def register_staff() -> None:
    """Declare the kind. Called once, when the app is ready."""
    register(STAFF)
