"""What the API says of months and rankings."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gridbank.days import month_write
from grids.enums import PeerGroup
from performance.models import Period, Score, ScoreLine
from performance.policies import sees_bank_rank, sees_points

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


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


class PublishSerializer(serializers.Serializer[Period]):
    """The computation that somebody puts his name to."""

    run = serializers.IntegerField()


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
