"""Routes of the people app."""

from django.urls import URLPattern, path

from people import views

app_name = "people"

urlpatterns: list[URLPattern] = [
    path("accounts/login/", views.sign_in, name="login"),
    path("accounts/logout/", views.sign_out, name="logout"),
    path("accounts/password/", views.password, name="password"),
    path("accounts/tokens/", views.token_page, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
    path("undo/", views.undo, name="undo"),
    path("views/save/", views.view_save, name="view-save"),
    path("views/<int:pk>/delete/", views.view_delete, name="view-delete"),
    path("people/", views.account_page, name="list"),
    path("people/new/", views.account_new, name="new"),
    path("people/<int:pk>/", views.account_detail, name="detail"),
    path("people/<int:pk>/disable/", views.account_disable, name="disable"),
    path("people/<int:pk>/enable/", views.account_enable, name="enable"),
    path("people/<int:pk>/end-sessions/", views.sessions_end, name="end-sessions"),
    path("people/<int:pk>/reset-password/", views.password_reset, name="reset-password"),
    path("people/<int:pk>/role/", views.role_change, name="role"),
]
