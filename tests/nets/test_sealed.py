"""Nothing is sealed that a change of keys forgets, and what doesn't open is a line and never a page that breaks."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from customers.pii import EncryptedField
from customers.services.rekey import personal_data_rekey
from exchange import services
from exchange.models import Batch, Export, Portion, Slice
from exchange.services.reading import content_of
from gridbank.fingerprints import prove
from gridbank.pieces import PieceField, UnreadablePiece, piece_models
from tests.exchange.exports import made
from tests.exchange.files import brought, stored, xlsx
from tests.factories import CustomerFactory, HouseholdFactory

ROOT = Path(__file__).resolve().parents[2]
NEW = {"k9": b"9" * 32}
# what Django's own rooms keep
HOUSE = {path.parent.name for path in ROOT.glob("*/apps.py")}


@pytest.fixture
def held(cast):
    """Make a file that was stored, with a row that is wrong in it, and a list that was asked for and made."""
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), name="示例甲")
    head = ["网格编号", "网格名称", "层级"]
    batch, _told = stored(
        cast.zhao, xlsx(head, [cast.grid_li.code, "新名", None], ["N1", "甲", "地区"]), kind="grids"
    )
    return batch, made(cast.li, cast.zhao)


def test_every_column_of_bytes_or_named_sealed_says_where_its_pieces_belong():
    columns = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    ours = [field for field in columns if field.model._meta.app_label in HOUSE]
    found = [
        str(field)
        for field in ours
        if (isinstance(field, models.BinaryField) or field.name.startswith("sealed"))
        and not isinstance(field, PieceField | EncryptedField)
    ]
    assert found == []
    known = {f"{model._meta.label}.{name}" for model, names in piece_models() for name in names}
    assert known >= {
        "exchange.Batch.sealed_layout", "exchange.Slice.sealed", "exchange.Portion.sealed", "exchange.Export.sealed_query",
        "exchange.Export.sealed_manifest",
    }  # fmt: skip


def test_nobody_seals_past_the_columns_that_a_change_of_keys_walks():
    users = set()
    for app in [*HOUSE, "gridbank"]:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module == "gridbank.ciphers":
                    users |= {path.relative_to(ROOT).as_posix()}
    assert users == {"customers/pii.py", "gridbank/pieces.py"}


def test_files_and_exports_outlive_a_change_of_the_field_keys(client, cast, held, settings, capsys):
    batch, export = held
    content = content_of(batch)
    settings.KEYS = replace(settings.KEYS, field_keys=NEW | settings.KEYS.field_keys)
    settings.FIELD_CIPHER = "sm4"
    done = personal_data_rekey()
    every = {model._meta.label_lower for model, _names in piece_models()}
    assert done.keys() >= every
    assert not personal_data_rekey()
    settings.KEYS = replace(settings.KEYS, field_keys=NEW)
    assert prove()
    call_command("verify_keys")
    assert "exchange.slice.sealed: 1" in capsys.readouterr().out
    batch, export = Batch.everywhere().get(), Export.everywhere().get()
    assert content_of(batch) == content
    assert services.export_fetch(actor=cast.li, export=export)
    client.force_login(cast.zhao)
    for at in ("/exchange/", batch.get_absolute_url(), "/exchange/exports/"):
        page = client.get(at)
        assert (page.status_code, "不可读" in page.text) == (200, False)


def test_what_no_key_opens_is_named_and_keeps_its_row(held, settings, capsys):
    settings.KEYS = replace(settings.KEYS, field_keys=NEW)
    with pytest.raises(CommandError):
        call_command("verify_keys")
    told = capsys.readouterr().err
    before = {}
    for model, names in piece_models():
        for name in names:
            assert f"{model._meta.label_lower}.{name}" in told
        before[model] = list(models.QuerySet(model).values_list(*names))
    personal_data_rekey()
    for model, names in piece_models():
        assert list(models.QuerySet(model).values_list(*names)) == before[model]


def test_a_piece_that_does_not_open_is_a_line_on_the_page(client, cast, held):
    batch, export = held
    other = brought(cast.zhao, xlsx(["网格编号", "网格名称"], ["N2", "乙"]), kind="grids")
    Portion.everywhere().update(sealed=b"x")
    Slice.everywhere().update(sealed=b"aes.gone.x")
    Export.everywhere().update(sealed_query=b"aes.k1.x", sealed_manifest=b"aes.k1.x")
    Batch.everywhere().filter(pk=other.pk).update(sealed_layout=b"aes.gone.x")
    client.force_login(cast.zhao)
    for at in (batch.get_absolute_url(), other.get_absolute_url(), "/exchange/exports/"):
        page = client.get(at)
        assert (page.status_code, "不可读" in page.text) == (200, True), at
    for at in (f"/exchange/{batch.pk}/wrong.xlsx", f"/exchange/exports/{export.pk}/file.xlsx"):
        client.force_login(cast.li if "exports" in at else cast.zhao)
        assert client.get(at).status_code == 409, at
    with pytest.raises(UnreadablePiece):
        content_of(batch)
