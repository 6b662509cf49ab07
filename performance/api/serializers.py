"""What the API says of months and rankings."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gridbank import days
from gridbank.context import memo
from gridbank.days import month_write
from grids.enums import PeerGroup
from performance.models import Period, Score, ScoreLine
from performance.plausibility import Found, look_at, seal_of
from performance.policies import can_publish, sees_bank_rank, sees_points

# as it is read
MONTH = f"^{days.MONTH.pattern}$"


@extend_schema_field({"type": "string", "pattern": MONTH, "example": "2026-10"})
class MonthField(serializers.CharField):
    """A month as the API writes it: YYYY-MM."""

    def to_representation(self, value: Any) -> str:
        """Write it."""
        return month_write(value)


class PeriodSerializer(serializers.ModelSerializer[Period]):
    """A month of the caller's bank."""

    month = MonthField(read_only=True)
    scheme = serializers.CharField(read_only=True)
    run = serializers.IntegerField(source="current_run_id", read_only=True, allow_null=True)
    as_of = serializers.DateField(source="current_run.as_of", read_only=True, default=None)
    facts_count = serializers.IntegerField(source="current_run.facts_count", read_only=True, default=None)
    root_hash = serializers.CharField(source="current_run.root_hash", read_only=True, default=None)

    class Meta:
        model = Period
        fields = ["id", "month", "status", "scheme", "run", "as_of", "facts_count", "root_hash"]
        read_only_fields = fields


class FoundSerializer(serializers.Serializer[Found]):
    """So many entries of a person that a check means."""

    key = serializers.CharField()
    words = serializers.CharField()
    person_id = serializers.IntegerField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class PeriodDetailSerializer(PeriodSerializer):
    """One month, with what stands out in it for who may publish it now, and the seal of that list."""

    stands_out = serializers.SerializerMethodField()
    looked_at = serializers.SerializerMethodField()

    class Meta(PeriodSerializer.Meta):
        fields = [*PeriodSerializer.Meta.fields, "stands_out", "looked_at"]
        read_only_fields = fields

    def _found(self, period: Period) -> list[Found]:
        if not can_publish(self.context["request"].user, period):
            return []
        kept, name = memo(), ("stands_out", period.pk)
        if name not in kept:
            kept[name] = look_at(period.grid, period.month)
        found: list[Found] = kept[name]
        return found

    @extend_schema_field(FoundSerializer(many=True))
    def get_stands_out(self, period: Period) -> list[Any]:
        """Return what should be looked at before the month is published."""
        return [dict(FoundSerializer(one).data) for one in self._found(period)]

    def get_looked_at(self, period: Period) -> str:
        """Return what a publication names once somebody has looked; empty where nothing stands out."""
        return seal_of(self._found(period))


class PublishSerializer(serializers.Serializer[Period]):
    """The computation that somebody puts his name to, and the seal of what stands out that he has looked at."""

    run = serializers.IntegerField()
    looked_at = serializers.CharField(required=False, default="", allow_blank=True, max_length=32)


class ScoreLineSerializer(serializers.ModelSerializer[ScoreLine]):
    """One indicator of a score."""

    class Meta:
        model = ScoreLine
        fields = [
            "indicator", "numerator", "denominator", "actual", "target", "attainment", "weight", "points",
        ]  # fmt: skip
        read_only_fields = fields


class RankingSerializer(serializers.ModelSerializer[Score]):
    """A person's, branch's or bank's place in a month; a place beyond the branch is one's own or head office's."""

    month = MonthField(source="run.period.month", read_only=True)
    total = serializers.SerializerMethodField()
    # a unit, and who led nothing, has none
    peer_group = serializers.ChoiceField(choices=PeerGroup.choices, allow_blank=True, read_only=True)
    rank_bank = serializers.SerializerMethodField()
    rank_peer = serializers.SerializerMethodField()
    lines = ScoreLineSerializer(many=True, read_only=True)

    class Meta:
        model = Score
        fields = [
            "id", "month", "level", "subject_id", "subject_name", "staff_no", "branch_id", "branch_name",
            "peer_group", "total", "rank_bank", "rank_branch", "rank_peer", "lines",
        ]  # fmt: skip
        read_only_fields = fields

    def get_total(self, score: Score) -> Decimal | None:
        """Return the points; of a colleague none, unless the bank says otherwise, and no lines either."""
        return score.total if sees_points(score) else None

    def get_rank_bank(self, score: Score) -> int | None:
        """Return the place within the bank where the caller may know it."""
        return score.rank_bank if sees_bank_rank(self.context["request"].user, score) else None

    def get_rank_peer(self, score: Score) -> int | None:
        """Return the place within the peer group, which reaches over the whole bank, by the same rule."""
        return score.rank_peer if sees_bank_rank(self.context["request"].user, score) else None
