"""Writing the archive."""

from customers.services.bulk import households_bulk_create
from customers.services.claims import claims_decide
from customers.services.consents import consent_give, consent_withdraw
from customers.services.deaths import death_record, death_undo
from customers.services.households import household_create, household_update
from customers.services.likening import twins_deny, twins_reconsider
from customers.services.merging import persons_merge
from customers.services.milestones import app_milestone_set, customer_account_opened
from customers.services.moving import household_move_ask, households_move
from customers.services.parting import household_split, households_join
from customers.services.people import AlreadyThere, customer_create, customer_update, customers_create
from customers.services.redating import step_day_correct
from customers.services.resettling import person_resettle
from customers.services.restricting import restriction_lift, restriction_set
from customers.services.reveal import customer_opened, customer_reveal, household_taken, people_search
from customers.services.rows import HouseholdRow, PersonRow
from customers.services.twins import LikelyTwins, twin_recognised
from customers.services.unmerging import persons_unmerge

__all__ = [
    "AlreadyThere",
    "HouseholdRow",
    "LikelyTwins",
    "PersonRow",
    "app_milestone_set",
    "claims_decide",
    "consent_give",
    "consent_withdraw",
    "customer_account_opened",
    "customer_create",
    "customer_opened",
    "customer_reveal",
    "customer_update",
    "customers_create",
    "death_record",
    "death_undo",
    "household_create",
    "household_move_ask",
    "household_split",
    "household_taken",
    "household_update",
    "households_bulk_create",
    "households_join",
    "households_move",
    "people_search",
    "person_resettle",
    "persons_merge",
    "persons_unmerge",
    "restriction_lift",
    "restriction_set",
    "step_day_correct",
    "twin_recognised",
    "twins_deny",
    "twins_reconsider",
]
