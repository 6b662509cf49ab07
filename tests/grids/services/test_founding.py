"""A bank founded on a real county."""

from datetime import date

import pytest

from audit.models import AuditEvent
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import waive_scope
from grids.models import Area, Grid
from grids.selectors import grid_list
from grids.services import bank_found, own_bank_found, tree_faults
from people.enums import Role
from tests.factories import AssignmentFactory, UserFactory
from tests.grids.banks import PINGTANG

SINCE = date(2026, 11, 1)


def found(lead, **fields):
    return bank_found(
        actor=None,
        **{"code": "PT", "name": "试点行", "county": PINGTANG, "valid_from": SINCE, **fields},
        lead=lead,
    )


def test_every_village_becomes_a_base_grid_below_its_townships_branch(county, boss):
    grids = found(boss)
    tiers = [grid.tier for grid in grids.values()]
    assert [tiers.count(tier) for tier in ("head_office", "branch", "manager")] == [1, 11, 131]
    with waive_scope("a test looks at the whole tree"):
        covered = set(Grid.objects.filter(tier="manager").values_list("area__code", flat=True))
        assert covered == set(Area.objects.filter(level="village").values_list("code", flat=True))
        for grid in Grid.objects.filter(tier="manager").select_related("area", "parent__area"):
            assert grid.area.code.startswith(grid.parent.area.code)
    assert tree_faults() == []
    assert [grids[code].name for code in ("PT01", "PT03", "PT11")] == ["金盆支行", "牙舟支行", "卡蒲支行"]
    assert {grids[code].peer_group for code in grids if code.startswith("PT01")} == {"town"}


def test_the_lead_sees_the_whole_bank_from_the_first_day(county, boss):
    found(boss, valid_from=date(2026, 1, 1))
    assert grid_list(actor=boss).count() == 143


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "pt"}, "银行代码"),
        ({"code": "PT\n"}, "银行代码"),
        ({"code": "ＰＴ"}, "银行代码"),
        ({"name": " "}, "银行名称"),
        ({"name": "长" * 81}, "银行名称"),
        ({"county": "520102"}, "请先导入行政区划"),
    ],
)
def test_a_wrong_wish_is_refused_and_leaves_nothing(county, boss, wrong, sentence):
    with pytest.raises(Refused, match=sentence):
        found(boss, **wrong)
    with waive_scope("a test looks at the whole tree"):
        assert not Grid.objects.exists()


def test_only_head_office_staff_lead_a_bank(county):
    events = AuditEvent.objects.count()
    with pytest.raises(Refused):
        found(UserFactory(role=Role.ACCOUNT_MANAGER))
    with waive_scope("a test looks at the whole tree"):
        assert not Grid.objects.exists()
    assert AuditEvent.objects.count() == events


def own(actor, **fields):
    return own_bank_found(actor=actor, **{"code": "PT", "name": "试点行", "county": PINGTANG, **fields})


def test_who_has_no_bank_yet_founds_his_own_and_is_responsible_for_it(boss):
    bank = own(boss)
    assert grid_list(actor=boss).count() == 143
    event = AuditEvent.objects.get(action="bank.founded")
    assert (event.actor_id, event.subject_id) == (boss.pk, str(bank.pk))
    assert PINGTANG in event.changes


def test_a_county_has_one_bank_and_a_person_founds_one(boss):
    own(boss)
    with pytest.raises(NotAllowed, match="尚未任职的总行人员"):
        own(boss, code="ZW", county="522728")
    with pytest.raises(Refused, match="该县已有银行"):
        own(UserFactory(role=Role.HEAD_OFFICE), code="PT2")
    second = own(UserFactory(role=Role.HEAD_OFFICE), code="LD", county="522728")
    assert not grid_list(actor=boss).filter(pk=second.pk).exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEAD_OFFICE}))
def test_nobody_but_head_office_founds_a_bank(db, role):
    with pytest.raises(NotAllowed):
        own(UserFactory(role=role))


def test_who_had_a_part_once_founds_none(cast):
    ended = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=ended, grid=cast.root, part="deputy", valid_from=SINCE, valid_to=SINCE)
    for actor in (ended, UserFactory(role=Role.HEAD_OFFICE, is_active=False)):
        with pytest.raises(NotAllowed):
            own(actor)


def test_a_county_that_is_none_is_refused(boss):
    with pytest.raises(Refused, match="请从列表中选择"):
        own(boss, county="52")
    with waive_scope("a test looks at the whole tree"):
        assert not Grid.objects.exists()
