"""Routes of the exchange app."""

from django.urls import URLPattern, path, re_path

from exchange.views import batches as views
from exchange.views import exporting

app_name = "exchange"

urlpatterns: list[URLPattern] = [
    path("", views.exchange_home, name="home"),
    path("expected/", views.exchange_expected, name="expected"),
    path("exports/", exporting.exchange_exports, name="exports"),
    path("exports/new/<str:of>/", exporting.exchange_export_new, name="export-new"),
    path("exports/limit/", exporting.exchange_export_limit, name="export-limit"),
    path("exports/<int:pk>/decide/", exporting.exchange_export_decide, name="export-decide"),
    path("exports/<int:pk>/file.xlsx", exporting.exchange_export_file, name="export-file"),
    path("new/<slug:kind>/", views.exchange_new, name="new"),
    path("templates/<slug:kind>.xlsx", views.exchange_template, name="template"),
    path("out/<slug:kind>.xlsx", views.exchange_out, name="out"),
    path("<int:pk>/", views.exchange_batch, name="batch"),
    path("<int:pk>/columns/", views.exchange_columns, name="columns"),
    re_path(r"^(?P<pk>\d{1,18})/(?P<work>judge|store|undo)/$", views.exchange_start, name="start"),
    path("<int:pk>/stop/", views.exchange_stop, name="stop"),
    path("<int:pk>/take/", views.exchange_take, name="take"),
    path("<int:pk>/compared/", views.exchange_compared, name="compared"),
    path("<int:pk>/compared.xlsx", views.exchange_compared_book, name="compared-book"),
    path("<int:pk>/wrong.xlsx", views.exchange_wrong, name="wrong"),
]
