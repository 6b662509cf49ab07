"""The files of other systems that tell of people: accounts opened, registrations of the app, deaths."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import compared
from customers.enums import AppStatus
from customers.services.registrations import apps_store, apps_undo
from customers.services.told_deaths import deaths_store, deaths_undo
from customers.services.witnessing import accounts_store, accounts_undo
from exchange.sheets import Column, Holds, Sheet
from grids.authority import Act, may, why_not

WHO = (
    Column(
        key="id_number", label=_("ID number"), holds=Holds.ID_NUMBER, personal=True,
        aliases=("身份证", "身份证号", "身份证号码", "证件号码", "证件号", "公民身份号码", "客户证件号码"),
        about=_("Says who it is. Format the column as text: a spreadsheet rounds long numbers."),
    ),
    Column(
        key="customer_no", label=_("customer number"), holds=Holds.CODE, personal=True, example="8000123456",
        aliases=("客户号", "核心客户号", "客户编号", "客户代码"),
        about=_("The core system's own; known here once a row had both numbers. It isn't kept, only found again."),
    ),
)  # fmt: skip
ACCOUNTS = (
    *WHO,
    Column(
        key="opened_on", label=_("account opened on"), holds=Holds.DAY, required=True, example="2026-11-26",
        aliases=("开户日期", "开户日", "开立日期", "首次开户日期", "开户时间"), about=_("Of a person's accounts the first counts."),
    ),
)  # fmt: skip
APPS = (
    *WHO,
    Column(
        key="registered_on", label=_("registered on"), holds=Holds.DAY, example="2026-11-26",
        aliases=("注册日期", "注册日", "开通日期", "开通日", "注册时间", "签约日期"), about=_("Needed where the person isn't known to have the app."),
    ),
    Column(
        key="status", label=_("status of the app"), holds=Holds.CHOICE, choices=AppStatus.choices, example="使用中",
        aliases=("状态", "注册状态", "客户状态", "APP状态"), about=_("In use when it is empty."),
        spellings={
            **dict.fromkeys(("正常", "有效", "激活", "已激活", "开通", "活跃", "睡眠"), AppStatus.OPEN.value),
            **dict.fromkeys(("冻结", "锁定", "暂停"), AppStatus.FROZEN.value),
            **dict.fromkeys(("注销", "销户", "解约", "已注销", "关闭"), AppStatus.CLOSED.value),
        },
    ),
    Column(
        key="last_used_on", label=_("last used on"), holds=Holds.DAY, example="2026-11-26",
        aliases=("最后登录", "最后登录日期", "最近登录日期", "最后登录时间", "最近使用日期"), about=_("The day of the last sign-in."),
    ),
)  # fmt: skip
DEATHS = (
    *WHO,
    Column(
        key="died_on", label=_("died on"), holds=Holds.DAY, required=True, example="2026-11-20",
        aliases=("死亡日期", "死亡日", "去世日期", "注销日期", "死亡时间"), about=_("As the core system or the register has it."),
    ),
)  # fmt: skip


BY_HEAD_OFFICE: dict[str, Any] = {
    "may": lambda actor: may(actor, Act.RECORDS_LOAD),
    "why_not": lambda actor: why_not(actor, Act.RECORDS_LOAD),
    "oversees": lambda actor: may(actor, Act.RECORDS_LOAD),
    "most": 200_000,
}
SHEETS = (
    Sheet(
        kind="accounts",
        label=_("Accounts opened"),
        about=_("One row an account that was opened. What was entered here is confirmed or refuted by it."),
        columns=ACCOUNTS, store=accounts_store, undo=accounts_undo, place=70, compared=compared.ACCOUNTS, **BY_HEAD_OFFICE,
    ),
    Sheet(
        kind="apps",
        label=_("App registrations"),
        about=_("One row a person with the app, its status and last use. Verified identities are confirmed by it."),
        columns=APPS, store=apps_store, undo=apps_undo, place=75, compared=compared.APPS, **BY_HEAD_OFFICE,
    ),
    Sheet(
        kind="deaths",
        label=_("Deaths"),
        about=_("One row a person who died. Where the head of a household died, say first who follows."),
        columns=DEATHS, store=deaths_store, undo=deaths_undo, place=80, **BY_HEAD_OFFICE,
    ),
)  # fmt: skip
