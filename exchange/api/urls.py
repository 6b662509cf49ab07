"""Routes of the exchange API."""

from django.urls import path, re_path

from exchange.api.viewsets import BatchDetail, BatchDoor, BatchWork

urlpatterns = [
    path("batches/", BatchDoor.as_view(), name="batch-bring"),
    path("batches/<int:pk>/", BatchDetail.as_view(), name="batch-detail"),
    re_path(r"^batches/(?P<pk>\d{1,18})/(?P<work>store|undo)/$", BatchWork.as_view(), name="batch-work"),
]
