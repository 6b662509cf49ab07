"""What the page of exports says: to who asked, to who signs, and to the auditor, who sees nobody's archive."""

from exchange.presenting import exports
from tests.exchange.exports import asked
from tests.factories import UserFactory


def test_who_signs_reads_how_a_list_is_narrowed_and_the_auditor_does_not(cast):
    export = asked(cast.li, query="q=示例甲&archive=poor", clear=["phone"])
    (shown,) = exports.asked([export], actor=cast.zhao)
    assert (shown.may_sign, shown.may_fetch, len(shown.what)) == (True, False, 2)
    assert shown.clear
    (told,) = exports.asked([export], actor=UserFactory(role="auditor"))
    assert (told.may_sign, told.what) == (False, [])
    (own,) = exports.asked([asked(cast.zhao)], actor=cast.zhao)
    assert not own.may_sign


def test_a_list_whose_room_is_gone_is_called_by_its_name(cast):
    export = asked(cast.li)
    export.outlet = "gone"
    (shown,) = exports.asked([export], actor=cast.zhao)
    assert shown.title == "gone"
