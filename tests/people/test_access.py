"""A view declares who may call it; what it declares is what is asked."""

import pytest

from people.access import allow, before_password_change, business, signed_in
from people.enums import BUSINESS_ROLES, EVERYONE, Role


def view(request):
    return request


@pytest.mark.parametrize(
    ("declare", "roles"),
    [
        (allow(Role.AUDITOR), {Role.AUDITOR}),
        (allow(Role.AUDITOR, Role.SYSADMIN), {Role.AUDITOR, Role.SYSADMIN}),
        (allow(BUSINESS_ROLES), BUSINESS_ROLES),
        (allow(BUSINESS_ROLES, Role.SYSADMIN), BUSINESS_ROLES | {Role.SYSADMIN}),
        (allow([]), set()),
        (allow(), set()),
        (business, BUSINESS_ROLES),
        (signed_in, EVERYONE),
    ],
)
def test_roles_and_sets_of_roles_are_declared_alike(declare, roles):
    declared = declare(lambda request: request)
    assert declared.allowed_roles == roles
    assert not hasattr(declared, "before_password_change")


def test_a_declaration_leaves_the_view_what_it_was():
    def page(request):
        return request

    assert allow(Role.AUDITOR)(page) is page
    assert before_password_change(page) is page
    assert page("asked") == "asked"
    assert (page.allowed_roles, page.before_password_change) == ({Role.AUDITOR}, True)


def test_what_is_declared_can_not_be_widened_afterwards():
    roles = {Role.AUDITOR}
    declared = allow(roles)(lambda request: request)
    roles.add(Role.ACCOUNT_MANAGER)
    assert declared.allowed_roles == {Role.AUDITOR}
    with pytest.raises(AttributeError):
        declared.allowed_roles.add(Role.ACCOUNT_MANAGER)
