"""The triggers that note what is written outside every act."""

# what follows from rows alone and words are left out
WATCHED = {
    "people_user": (
        "staff_no name role is_active username password must_change_password one_time_until session_epoch"
    ),
    "people_apitoken": "user_id digest power expires_at revoked_at",
}
