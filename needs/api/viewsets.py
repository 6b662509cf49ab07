"""Reading needs by API."""

from django.db.models import QuerySet

from customers.api.filtered import FilteredViewSet
from needs import selectors
from needs.api.forms import ApiNeedForm
from needs.api.serializers import NeedSerializer
from needs.models import Need


class NeedViewSet(FilteredViewSet):
    """Needs of households that the caller may know of."""

    serializer_class = NeedSerializer
    filter_form = ApiNeedForm

    def get_queryset(self) -> QuerySet[Need]:
        """Read as the caller."""
        rows = selectors.need_list(actor=self.actor)
        if self.action != "list":
            return rows
        given = self.filters()
        return rows.filter(**{name: given[name] for name in ("status", "household") if given[name]})
