"""Pages of signing in and out, of one's own password and tokens, and of the accounts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from gridbank.access import public
from gridbank.errors import came_from
from gridbank.listing import Source
from gridbank.once import MADE, once
from gridbank.pages import PAGE_SIZE, form_page, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from people import policies, presenting, selectors, services, taking_back, undoing
from people.access import StaffRequest, allow, before_password_change, business, signed_in
from people.addresses import address_of
from people.enums import BUSINESS_ROLES, Role
from people.forms import (
    AccountFilterForm,
    AccountForm,
    OwnPasswordForm,
    RoleForm,
    SignInForm,
    TokenForm,
    ViewForm,
)
from people.lists import Wanted, list_page
from people.models import User
from people.passwords import axes_username

keepers = allow(Role.SYSADMIN, Role.SECADMIN)

sign_in = public(
    require_page(
        LoginView.as_view(
            template_name="people/sign_in.html",
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
        )
    )
)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Say when the account, or the address, may try again; the same for names that don't exist."""
    address = address_of(request)
    from_here = address is not None and selectors.is_address_locked(address=address)
    if address is not None and from_here:
        opens_at = selectors.address_lock_end(address=address)
    else:
        name = axes_username(request, getattr(request, "axes_credentials", None))
        opens_at = selectors.lock_end(username=name)
    wait = max(1, int((opens_at - timezone.now()).total_seconds()))
    context = {"opens_at": opens_at, "minutes": -(-wait // 60), "from_here": from_here}
    response = render(request, "people/locked.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response


@require_POST
@signed_in
@before_password_change
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_page
@sensitive_post_parameters()
@signed_in
@before_password_change
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password."""
    form = OwnPasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        user = services.password_change(actor=request.user, password=form.cleaned_data["new_password2"])
        update_session_auth_hash(request, user)
        messages.success(
            request, _("Your password was changed. All your other sessions and your tokens have ended.")
        )
        return redirect("dashboards:home")
    return form_page(request, "people/password.html", {"form": form})


@require_page
@business
@once
def token_page(request: StaffRequest) -> HttpResponse:
    """List one's own tokens and make a new one; its secret is on the answer and nowhere else."""
    form = TokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "now": timezone.now()}
    if request.method == "POST" and form.is_valid():
        context["made"] = services.token_create(actor=request.user, **form.cleaned_data)
        context["form"] = TokenForm()
    context["tokens"] = selectors.token_list(actor=request.user)[:PAGE_SIZE]
    page = form_page(request, "people/tokens.html", context)
    if "made" in context:
        page[MADE] = request.path
    return page


@require_POST
@allow(BUSINESS_ROLES, Role.SYSADMIN)
def token_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    token = visible_or_404(selectors.token_list(actor=request.user), pk=pk)
    question = presenting.revoking(token, as_officer=policies.sees_all_tokens(request.user))
    if page := unanswered(request, question):
        return page
    services.token_revoke(actor=request.user, token=token)
    messages.success(request, _("The token is revoked."))
    return redirect(token.user if policies.sees_all_tokens(request.user) else "people:tokens")


@require_safe
@keepers
def account_page(request: StaffRequest) -> HttpResponse:
    form = AccountFilterForm(request.GET)
    source: Source[User] | None = None
    if form.is_valid():
        chosen = form.cleaned_data
        filters = {"search": chosen["q"], "role": chosen["role"], "state": chosen["state"]}
        source = Source(selectors.account_list(actor=request.user, **filters), list)
    more = {"may_open": policies.opens_accounts(request.user)}
    wanted = Wanted(presenting.ACCOUNTS, form, source, presenting.said, views=presenting.views(), more=more)
    return list_page(request, "people/account_list.html", wanted)


@require_page
@allow(Role.SYSADMIN)
@once
def account_new(request: StaffRequest) -> HttpResponse:
    """Open an account; the one-time password is on the answer and nowhere else."""
    form = AccountForm(request.POST or None, actor=request.user)
    made: list[services.NewAccount] = []
    if request.method == "POST" and written(
        form, lambda data: made.append(services.account_create(actor=request.user, **data))
    ):
        page = render(request, "people/one_time.html", {"made": made[0], "created": True})
        # sent twice: the account is there, its password was on the first answer
        page[MADE] = made[0].user.get_absolute_url()
        return page
    return form_page(request, "people/account_new.html", {"form": form})


@require_safe
@keepers
def account_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an account with what this officer may do to it."""
    user = account(request, pk)
    form = RoleForm(initial={"role": user.role})
    context = presenting.account(actor=request.user, user=user, form=form)
    return render(request, "people/account_detail.html", context)


@require_POST
@allow(Role.SYSADMIN)
def account_disable(request: StaffRequest, pk: int) -> HttpResponse:
    user = account(request, pk)
    if page := unanswered(request, presenting.disabling(user)):
        return page
    user = services.account_disable(actor=request.user, user=user)
    messages.success(request, _("The account is disabled."))
    return redirect(user)


@require_POST
@allow(Role.SYSADMIN)
def account_enable(request: StaffRequest, pk: int) -> HttpResponse:
    user = services.account_enable(actor=request.user, user=account(request, pk))
    undoing.offer(request, _("The account is active again."), taking_back.ENABLED, user.pk)
    return redirect(user)


@require_POST
@allow(Role.SYSADMIN)
def sessions_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere."""
    user = account(request, pk)
    if page := unanswered(request, presenting.ending(user)):
        return page
    user = services.sessions_end(actor=request.user, user=user)
    messages.success(request, _("All sessions have ended and all tokens are revoked."))
    return redirect(user)


@require_POST
@allow(Role.SYSADMIN)
def password_reset(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a one-time password, shown on the answer and nowhere else."""
    user = account(request, pk)
    if page := unanswered(request, presenting.resetting(user)):
        return page
    made = services.password_reset(actor=request.user, user=user)
    return render(request, "people/one_time.html", {"made": made})


@require_POST
@allow(Role.SECADMIN)
def role_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Give another role."""
    user, form = account(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        context = presenting.account(actor=request.user, user=user, form=form)
        return form_page(request, "people/account_detail.html", context)
    before = user.role
    user = services.role_change(actor=request.user, user=user, role=form.cleaned_data["role"])
    undoing.offer(request, _("The role is changed."), taking_back.ROLE, user.pk, user.role, before)
    return redirect(user)


def account(request: StaffRequest, pk: int) -> User:
    """Fetch an account this officer may see. Raises OutOfSight."""
    return visible_or_404(selectors.account_list(actor=request.user), pk=pk)


def _list_at(request: StaffRequest) -> str:
    """Return the list's page that a view is of, which is one of our own."""
    path = request.POST.get("path") or reverse("dashboards:home")
    try:
        resolve(path)
    except Resolver404:
        raise Http404 from None
    return path


@require_POST
@signed_in
def view_save(request: StaffRequest) -> HttpResponse:
    """Keep a list as it is now under a name of one's own."""
    path, form = _list_at(request), ViewForm(request.POST)

    def keep(data: dict[str, Any]) -> None:
        services.view_save(actor=request.user, name=data["name"], of=data["list"], query=data["query"])

    if written(form, keep):
        messages.success(request, _("The view stands among the tabs now."))
    else:
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
    return redirect(f"{path}?{services.kept_of(request.POST.get('query', ''))}")


@require_POST
@signed_in
def view_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views."""
    path = _list_at(request)
    view = visible_or_404(selectors.view_list(actor=request.user), pk=pk)
    services.view_delete(actor=request.user, view=view)
    undoing.offer(request, _("The view is deleted."), taking_back.VIEW, view.list, view.name, view.query)
    return redirect(path)


@require_POST
@signed_in
def undo(request: StaffRequest) -> HttpResponse:
    """Take back what the message with this button told of."""
    messages.success(request, undoing.take_back(request.user, request.POST.get("undo", "")))
    return redirect(came_from(request) or "dashboards:home")
