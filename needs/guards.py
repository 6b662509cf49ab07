"""The triggers that note what is written outside every act."""

# words are left out
WATCHED = {
    "needs_need": "household_id customer_id due_on status raised_on raised_by_id origin closed_at closed_by_id outcome"
}
