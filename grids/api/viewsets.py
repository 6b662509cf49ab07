"""The API of the grid: reading only."""

from django.db.models import QuerySet
from django.forms import Form
from rest_framework.exceptions import ValidationError
from rest_framework.viewsets import ReadOnlyModelViewSet

from gridbank.api import StrictQuestions
from grids import selectors
from grids.api.serializers import AreaSerializer, GridSerializer
from grids.columns import with_columns
from grids.forms import AreaApiFilter, GridApiFilter
from grids.models import Area, Grid
from people.enums import BUSINESS_ROLES


def _criteria(form: Form) -> dict[str, object]:
    """Return what is asked for. Raises ValidationError (400) for an unknown value."""
    if not form.is_valid():
        raise ValidationError(form.errors.get_json_data())
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}


class AreaViewSet(StrictQuestions, ReadOnlyModelViewSet[Area]):
    """Administrative divisions."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = AreaSerializer
    filter_form = AreaApiFilter
    http_method_names = ["get", "head"]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Area]:
        """Read as the caller."""
        rows = selectors.area_list(actor=self.request.user)  # type: ignore[arg-type]
        if self.action != "list":
            return rows
        criteria = _criteria(AreaApiFilter(self.request.query_params))
        if "parent" in criteria:
            criteria["parent__code"] = criteria.pop("parent")
        return rows.filter(**criteria)


class GridViewSet(StrictQuestions, ReadOnlyModelViewSet[Grid]):
    """Grids the caller may see."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = GridSerializer
    filter_form = GridApiFilter
    http_method_names = ["get", "head"]
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Grid]:
        """Read as the caller."""
        actor = self.request.user
        rows = with_columns(selectors.grid_list(actor=actor))  # type: ignore[arg-type]
        if self.action != "list":
            return rows
        criteria = _criteria(GridApiFilter(self.request.query_params, actor=actor))  # type: ignore[arg-type]
        branch = criteria.pop("branch", None)
        if isinstance(branch, Grid):
            rows = rows.filter(path__startswith=branch.path)
        return rows.filter(**criteria)
