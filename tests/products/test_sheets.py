"""The file of the products."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEvent
from exchange import selectors
from products.models import Product
from products.sheets import PRODUCTS
from tests.exchange.files import stored, worked, xlsx
from tests.factories import GridFactory, ProductFactory

HEAD = ["产品编号", "产品名称", "产品类别", "在售"]


def test_products_come_change_and_go_back(cast):
    ProductFactory(code="P1", name="旧名", category="loan")
    rows = [["P1", "新名", "贷款", None], ["P2", "惠农贷", "贷款", "停售"], ["P3", "甲", "没有", None]]
    batch, told = stored(cast.zhao, xlsx(HEAD, *rows), kind="products")
    assert told == {"rows": 3, "new": 1, "changed": 1, "wrong": 1}
    standing = Product.objects.filter(code__in=["P1", "P2"]).order_by("code")
    assert list(standing.values_list("name", "is_active")) == [("新名", True), ("惠农贷", False)]
    assert stored(cast.zhao, xlsx(HEAD, *rows[:2]), kind="products")[1] == {"rows": 2, "unchanged": 2}
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 2
    assert list(standing.values_list("name", flat=True)) == ["旧名"]


def test_where_banks_share_the_catalogue_the_server_room_keeps_it(cast):
    with pytest.raises(PermissionDenied):
        stored(cast.chen, xlsx(HEAD), kind="products")
    GridFactory(tier="head_office", parent=None)
    with pytest.raises(PermissionDenied):
        stored(cast.zhao, xlsx(HEAD), kind="products")
    assert stored(None, xlsx(HEAD, ["P2", "惠农贷", "贷款", None]), kind="products")[1] == {
        "rows": 1,
        "new": 1,
    }


def test_the_commands_file_is_read_as_before():
    assert [
        row.code for _line, row in PRODUCTS.rows(["code,name,name_en,category,on_sale", "P1,甲,,loan,1"])
    ] == ["P1"]


def test_what_stands_goes_out_and_comes_in_unchanged(cast, client):
    hostile = ("=1+1", "0012 号", "12345678901234567890", "惠农・贷", "+86", "@甲", "-1", "a'b\"c", "２号")
    for at, name in enumerate(hostile):
        ProductFactory(
            code=f"{at:03}", name=name, name_en=name[::-1], is_active=at % 2 == 0, category="deposit"
        )
    client.force_login(cast.zhao)
    body = client.get("/exchange/out/products.xlsx").content
    assert stored(cast.zhao, body, kind="products")[1] == {"rows": len(hostile), "unchanged": len(hostile)}
    (event,) = AuditEvent.objects.filter(action="kind.taken")
    assert event.details == {"list": "products", "rows": len(hostile)}
