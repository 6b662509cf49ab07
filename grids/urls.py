"""Routes of the grids app."""

from django.urls import URLPattern, path

from grids.views import handovers, staffing, tree

app_name = "grids"

urlpatterns: list[URLPattern] = [
    path("", tree.grid_list, name="list"),
    path("assign/", staffing.assign_ticked, name="assign-ticked"),
    path("gaps/", staffing.gap_page, name="gaps"),
    path("<int:pk>/", tree.grid_detail, name="detail"),
    path("<int:pk>/assignments/new/", tree.assignment_new, name="assignment-new"),
    path("<int:pk>/name/", tree.grid_rename, name="rename"),
    path("<int:pk>/close/", tree.grid_close, name="close"),
    path("<int:pk>/duties/new/", tree.duty_new, name="duty-new"),
    path("assignments/<int:pk>/end/", tree.assignment_end, name="assignment-end"),
    path("duties/<int:pk>/end/", tree.duty_end, name="duty-end"),
    path("handovers/", handovers.handover_list, name="handovers"),
    path("handovers/new/", handovers.handover_new, name="handover-new"),
    path("handovers/<int:pk>/", handovers.handover_page, name="handover"),
    path("handovers/<int:pk>/sign/", handovers.handover_sign, name="handover-sign"),
    path("handovers/<int:pk>/visits/", handovers.handover_visit, name="handover-visit"),
    path("handovers/<int:pk>/undo/", handovers.handover_undo, name="handover-undo"),
    path("backdatings/", tree.backdating_list, name="backdatings"),
    path("backdatings/<int:pk>/", tree.backdating_decide, name="backdating-decide"),
]
