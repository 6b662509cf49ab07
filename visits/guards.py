"""The triggers that note what is written outside every act."""

# what follows from rows alone and words are left out
WATCHED = {
    "visits_visit": (
        "household_id customer_id staff_id grid_id started_at day mode met version received_at is_late body_hash "
        "longitude latitude accuracy_m"
    ),
    "visits_visitversion": "visit_id version replaced_by_id",
}
