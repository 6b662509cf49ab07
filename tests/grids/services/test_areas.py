"""Loading divisions: all or nothing, and every refusal names its line."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from grids import services
from grids.models import Area
from grids.sheets import AREAS
from tests.grids.banks import actions

pytestmark = pytest.mark.usefixtures("unguarded")
DATA = Path(__file__).resolve().parents[3] / "grids/data/guizhou-divisions.csv"
HEADER = "code,name,level,parent_code\n"


def test_the_county_is_loaded_as_the_state_names_it(db, capsys):
    for said in ("145 created, 0 updated, 0 unchanged", "0 created, 0 updated, 145 unchanged"):
        call_command("import_areas", DATA, county="522727")
        assert capsys.readouterr().out.strip() == said
    villages = Area.objects.filter(level="village")
    assert (villages.count(), sum(village.is_community for village in villages)) == (131, 10)
    assert Area.objects.get(code="522727").parent.parent.name == "贵州省"
    assert actions() == ["areas.imported"] * 2


def test_a_province_is_loaded_in_seconds(db, capsys):
    started = timezone.now()
    call_command("import_areas", DATA)
    assert capsys.readouterr().out.startswith("19572 created")
    assert timezone.now() - started < timedelta(seconds=20)


def test_a_new_name_is_taken_over(db):
    services.areas_import(actor=None, rows=AREAS.rows([HEADER, "52,贵州,province,\n"]))
    counts = services.areas_import(actor=None, rows=AREAS.rows([HEADER, "52,贵州省,province,\n"]))
    assert (counts.created, counts.updated, Area.objects.get().name) == (0, 1, "贵州省")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("code;name\n", "Line 1:"),
        (HEADER + "52,贵州省,province\n", "Line 2:"),
        (HEADER + "52,贵州省,province,\n5227,黔南,prefecture,53\n", "53"),
        (HEADER + "5.2E+01,贵州省,province,\n", "5.2E+01"),
        (HEADER + "５２,贵州省,province,\n", "５２"),
        (HEADER + "52,贵州省,planet,\n", "planet"),
        (HEADER + "52,,province,\n", "Line 2:"),
        (HEADER + "52,甲,province,\n52,乙,province,\n", "Line 3:"),
        (HEADER + "5227,黔南,prefecture,\n", "Line 2:"),
        (HEADER + "5227,黔南,prefecture,5227\n", "5227"),
        (HEADER, "no divisions"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(db, tmp_path, lines, said):
    file = tmp_path / "areas.csv"
    file.write_text(lines)
    with pytest.raises(CommandError, match="Nothing was changed") as error:
        call_command("import_areas", file)
    assert said in str(error.value)
    assert not Area.objects.exists()


def test_a_file_that_is_no_text_says_what_to_do(db, tmp_path):
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\xff\xfe\x00")
    for name, said in (("image.csv", "UTF-8"), ("none.csv", "can't be read")):
        with pytest.raises(CommandError, match=said):
            call_command("import_areas", tmp_path / name)
