"""Loading the product list in the server room."""

import pytest
from django.core.management import CommandError, call_command

from products.models import Product

HEAD = "code,name,name_en,category,on_sale\n"


@pytest.fixture
def load(tmp_path, db):
    def load(content):
        path = tmp_path / "products.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("import_products", str(path))

    return load


def test_a_list_with_a_mark_from_a_spreadsheet_goes_in(load, capsys):
    load("\ufeff" + HEAD + 'LOAN,"农户贷款, 信用",Farm loan,loan,1\n\nOLD,旧产品,,card,0\n')
    assert capsys.readouterr().out == "2 added, 0 changed\n"
    assert set(Product.objects.values_list("code", "name", "is_active")) == {
        ("LOAN", "农户贷款, 信用", True),
        ("OLD", "旧产品", False),
    }


def test_a_list_that_a_spreadsheet_saved_in_gbk_goes_in(load):
    load((HEAD + "LOAN,农户贷款,,loan,1\n").encode("gbk"))
    assert Product.objects.get().name == "农户贷款"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("code,name\nA,甲\n", "Line 1:"),
        (HEAD + "A,甲,,loan\n", "Line 2:"),
        (HEAD + "A,甲,,house,1\n", "Line 2:"),
        (HEAD + "A,甲,,loan,yes\n", "Line 2:"),
        (HEAD + "A,甲,,loan,１\n", "Line 2:"),
        (HEAD + "A,甲,,loan,1\nA,乙,,loan,1\n", "stands twice"),
        (b"\x89PNG\xff\xfe\x00", "not UTF-8"),
        ((HEAD + "A,农户贷款").encode()[:-1], "not UTF-8"),
        (HEAD + "A,甲\0,,loan,1\n", "Line 2:"),
        (HEAD + '"A,甲' + "x" * 200_000, "Line"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_changes_nothing(load, content, sentence):
    with pytest.raises(CommandError, match=sentence):
        load(content)
    assert not Product.objects.exists()


def test_a_missing_file_is_named(db):
    with pytest.raises(CommandError, match=r"nowhere\.csv can't be read"):
        call_command("import_products", "nowhere.csv")
