"""The doors of the bank as people use them: signing in, a page's answer, a token's."""

from django.test import Client

from audit.models import AuditEvent
from people.models import User

PASSWORD = "Quiet-Rivers-1949"
LOGIN = "/accounts/login/"
GENERIC = "用户名或密码不正确"
NEW = {"username": "zhang", "staff_no": "A-77", "name": "张伟", "role": "account_manager"}


def sign_in(client, username="li", password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": username, "password": password, **extra})


def browser(user: User, client: Client | None = None) -> Client:
    """Return a browser in which the person is signed in already."""
    client = client or Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/password/").status_code == 200


def asked_by(secret: str) -> int:
    """Return what the API answers to whoever shows this token."""
    return Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code


def new_password(current, new="Broad-Valleys-2027"):
    return {"current_password": current, "new_password1": new, "new_password2": new}


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def audited() -> list[str]:
    """Return what was done, beside coming and going."""
    return [action for action in actions() if not action.startswith("session.")]


def shown_password(response) -> str:
    text = response.text
    start = text.index("data-one-time>") + len("data-one-time>")
    return text[start : text.index("<", start)]
