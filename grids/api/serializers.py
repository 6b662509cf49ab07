"""What the API says of the grid."""

from typing import Any

from rest_framework import serializers

from grids.columns import names
from grids.models import Area, Grid


class AreaSerializer(serializers.ModelSerializer[Area]):
    """An administrative division."""

    parent: Any = serializers.CharField(source="parent.code", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Area
        fields = ["id", "code", "name", "level", "parent"]
        read_only_fields = fields


class GridSerializer(serializers.ModelSerializer[Grid]):
    """A grid without its boundary; the map has that."""

    parent: Any = serializers.IntegerField(source="parent_id", read_only=True, allow_null=True)
    area = serializers.CharField(source="area.code", default=None, read_only=True)

    class Meta:
        model = Grid
        fields = [
            "id", "code", "name", "tier", "nature", "kind", "peer_group", "parent", "area",
            "valid_from", "valid_to",
        ]  # fmt: skip
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        """Add the numbers of the apps downstream."""
        return super().get_fields() | {name: serializers.IntegerField(read_only=True) for name in names()}
