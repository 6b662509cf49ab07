"""The triggers that note what is written outside every act."""

# what follows from rows alone and words are left out
WATCHED = {
    "people_user": "staff_no name role is_active",
}
