"""The files that the products take in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.corefiles import BY_HEAD_OFFICE, WHO
from exchange import reading
from exchange.lines import Line
from exchange.services import one_by_one
from exchange.sheets import CLEAR, Column, Fate, Holds, Outcome, Row, Sheet, Source, Stored, Undone, register
from gridbank.errors import Refused
from gridbank.listing import TAKEN
from people.models import User
from products.accounts import COMPARED, MARK, holdings_store, holdings_undo
from products.enums import Balance, Category
from products.models import Holding, Product
from products.policies import keeps_catalogue, why_not_catalogue
from products.selectors import accounts_told, products_by_code, products_every
from products.services import PRODUCT_FIELDS, ProductRow, product_withdraw, products_put

YES_NO = {"1": True, "0": False}


def _product(code: str, name: str, name_en: str, category: str, on_sale: str) -> ProductRow:
    if category not in Category.values:
        known = ", ".join(Category.values)
        message = _("“%(category)s” is no category; use one of %(known)s.")
        raise Refused(message % {"category": category, "known": known}, field="category")
    if on_sale not in YES_NO:
        raise Refused(_("on_sale is 1 or 0."), field="on_sale")
    return ProductRow(code, name, category, name_en, YES_NO[on_sale])


PRODUCTS = reading.Sheet(("code", "name", "name_en", "category", "on_sale"), _product)

COLUMNS = (
    Column(
        key="code",
        label=pgettext_lazy("file", "Product code"),
        about=gettext_lazy("Tells a product from others for good."),
        holds=Holds.CODE,
        aliases=("编号", "产品编号", "编码"),
        required=True,
        example="L01",
    ),
    Column(
        key="name",
        label=pgettext_lazy("file", "Product"),
        about=gettext_lazy("As the bank calls it."),
        aliases=("名称", "产品名称"),
        required=True,
        example="惠农快贷",
    ),
    Column(
        key="name_en",
        label=pgettext_lazy("file", "Product in English"),
        about=gettext_lazy("Shown on English pages."),
        aliases=("英文名称",),
        example="Farm loan",
    ),
    Column(
        key="category",
        label=pgettext_lazy("file", "Category"),
        about=gettext_lazy("Decides where it is offered and counted."),
        holds=Holds.CHOICE,
        aliases=("类别", "种类"),
        required=True,
        example="贷款",
        choices=Category.choices,
    ),
    Column(
        key="on_sale",
        label=pgettext_lazy("file", "On sale"),
        about=gettext_lazy(
            "Yes when it is empty. What is off sale stays in the records and is offered no more."
        ),
        holds=Holds.CHOICE,
        aliases=("在售", "状态"),
        example="是",
        choices=[("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))],
        spellings={"在售": "1", "停售": "0"},
    ),
)

HOLDINGS = (
    *WHO,
    Column(
        key="product", label=pgettext_lazy("file", "Product code"), holds=Holds.CODE, example="L01",
        about=gettext_lazy("As in the list of products. Needed where the account isn't here yet."),
        aliases=("产品编号", "产品代码", "产品"),
    ),
    Column(
        key="account", label=gettext_lazy("account"), holds=Holds.CODE, required=True, personal=True, example="6217000012345",
        about=gettext_lazy("The account's key in the core system. It isn't kept, only found again."),
        aliases=("账号", "账户", "卡号", "合同号", "借据号", "账户编号", "协议号"),
    ),
    Column(
        key="opened_on", label=gettext_lazy("opened on"), holds=Holds.DAY, example="2021-03-05",
        about=gettext_lazy("Needed where the account isn't here yet."),
        aliases=("开户日期", "开户日", "起息日", "签约日期", "开立日期", "放款日期"),
    ),
    Column(
        key="balance", label=gettext_lazy("balance (yuan)"), holds=Holds.NUMBER, personal=True, example="12000",
        about=gettext_lazy("Kept as a band, never as a sum."), aliases=("余额", "账户余额", "存款余额", "贷款余额"),
    ),
    Column(
        key="band", label=gettext_lazy("balance band"), holds=Holds.CHOICE, choices=Balance.choices,
        about=gettext_lazy("Instead of the balance."), aliases=("余额档次", "余额区间"), example="1万到5万元",
    ),
    Column(
        key="closed_on", label=gettext_lazy("closed on"), holds=Holds.DAY,
        about=gettext_lazy("Of an account that is closed; a row with the account and this day is enough."),
        aliases=("销户日期", "销户日", "结清日期", "解约日期", "关闭日期"),
    ),
)  # fmt: skip


def _row(row: Row, standing: Product | None) -> ProductRow:
    """Return a product as a row says it is; what a row leaves out stays as it stands."""
    values = row.values
    sale = YES_NO[values["on_sale"]] if "on_sale" in values else standing is None or standing.is_active
    name_en = values.get("name_en", standing.name_en if standing else "")
    return ProductRow(
        values["code"], values["name"], values["category"], "" if name_en == CLEAR else name_en, sale
    )


def products_out(_actor: User) -> Iterator[dict[str, str]]:
    """Return the catalogue as rows of such a file."""
    for one in products_every():
        sale = "1" if one.is_active else "0"
        yield {
            "code": one.code,
            "name": one.name,
            "name_en": one.name_en,
            "category": one.category,
            "on_sale": sale,
        }


def _account(one: Holding) -> dict[str, str]:
    return {
        "product": one.product.code,
        "account": f"{MARK}{one.account_digest}",
        "opened_on": one.since.isoformat(),
        "band": one.balance,
        "closed_on": one.ended_on.isoformat() if one.ended_on else "",
    }


def holdings_out(actor: User) -> Iterator[dict[str, str]]:
    """Return the accounts that stand here as rows of such a file; what stands for their keys finds them again."""
    return (_account(one) for one in accounts_told(actor=actor)[:TAKEN])


def holdings_lines(rows: QuerySet[Holding]) -> list[Line]:
    """Return accounts as rows of the list that is asked for."""
    return [Line(one.pk, _account(one)) for one in rows]


def _told(product: Product) -> dict[str, Any]:
    return {name: getattr(product, name) for name in PRODUCT_FIELDS}


def store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Bring the catalogue to what the rows say, by code."""

    def work(row: Row) -> Outcome:
        there = products_by_code(codes=[row.values["code"]]).get(row.values["code"])
        before, wanted = _told(there) if there else {}, _row(row, there)
        products_put(actor=source.actor, rows=[wanted])
        after = _told(products_by_code(codes=[wanted.code])[wanted.code])
        if before == after:
            return Outcome(Fate.UNCHANGED)
        fate = Fate.CHANGED if there else Fate.NEW
        return Outcome(fate, subject=wanted.code, before=before, after=after)

    return one_by_one(rows, work)


def undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Remove products that nobody was offered yet, and put the others back."""
    there = products_by_code(codes=[row.subject for row in rows])
    return [_undone(source, there.get(row.subject), row) for row in rows]


def _undone(source: Source, product: Product | None, row: Stored) -> Undone:
    if product is None:
        return Undone(_("It is gone."))
    if _told(product) != dict(row.after):
        return Undone(_("“%(name)s” was changed since.") % {"name": product.name})
    before = dict(row.before)
    try:
        if row.fate == Fate.NEW:
            product_withdraw(actor=source.actor, product=product)
        else:
            is_active = bool(before["is_active"])
            put = ProductRow(row.subject, before["name"], before["category"], before["name_en"], is_active)
            products_put(actor=source.actor, rows=[put])
    except Refused as refused:
        return Undone(str(refused))
    return Undone()


ACCOUNTS = Sheet(
    kind="holdings",
    label=pgettext_lazy("file", "Holdings"),
    about=gettext_lazy("One row an account: who holds which product, with its balance in bands."),
    columns=HOLDINGS,
    store=holdings_store,
    undo=holdings_undo,
    out=holdings_out,
    outlet="products.accounts",
    place=65,
    compared=COMPARED,
    **{**BY_HEAD_OFFICE, "most": 1_048_576},
)


def register_sheets() -> None:
    """Declare the kinds. Called once, when the app is ready."""
    register(
        Sheet(
            kind="products",
            label=pgettext_lazy("file", "Products"),
            about=gettext_lazy("One row a product; products that aren't named stay as they are."),
            columns=COLUMNS,
            may=keeps_catalogue,
            why_not=why_not_catalogue,
            oversees=keeps_catalogue,
            store=store,
            undo=undo,
            out=products_out,
            most=5_000,
            place=60,
        )
    )
    register(ACCOUNTS)
