"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    ARCHIVES_REMEASURED = "archives.remeasured", _("Archives measured by newer rules")
    CLAIMS_CONFIRMED = "claims.confirmed", _("Claims confirmed")
    CLAIMS_REFUTED = "claims.refuted", _("Claims refuted")
    CLAIMS_REOPENED = "claims.reopened", _("Word of a file about claims taken back")
    CONSENT_GIVEN = "consent.given", _("Consent given")
    CONSENT_WITHDRAWN = "consent.withdrawn", _("Consent withdrawn")
    CORE_STORED = "core.stored", _("Rows of another system's file stored")
    CORE_UNDONE = "core.undone", _("Rows of another system's file taken back")
    CUSTOMER_ACCOUNT_OPENED = "customer.account_opened", _("Account of a customer recorded")
    CUSTOMER_APP_DOWNLOADED = "customer.app_downloaded", _("App: downloaded")
    CUSTOMER_APP_INFORMED = "customer.app_informed", _("App: customer informed")
    CUSTOMER_APP_VERIFIED = "customer.app_verified", _("App: verified")
    CUSTOMER_CREATED = "customer.created", _("Person added to the archive")
    CUSTOMER_DAY_CORRECTED = "customer.day_corrected", _("Day of an account or app step corrected")
    CUSTOMER_DEATH_UNDONE = "customer.death_undone", _("Death of a person taken back")
    CUSTOMER_DIED = "customer.died", _("Death of a person recorded")
    CUSTOMER_IDENTITY_REFUSED = "customer.identity_refused", _("Person entered who has an archive already")
    CUSTOMER_MERGED = "customer.merged", _("Two archives of one person put together")
    CUSTOMER_NUMBER_TRIED = "customer.number_tried", _("Number in a file that may have tried this person's")
    CUSTOMER_NUMBER_TYPED = "customer.number_typed", _("Number typed over a stored one")
    CUSTOMER_OPENED = "customer.opened", _("Household archive opened")
    CUSTOMER_RESETTLED = "customer.resettled", _("Person moved to another household")
    CUSTOMER_RESTRICTED = "customer.restricted", _("Processing of a person's data restricted")
    CUSTOMER_RESTRICTION_LIFTED = "customer.restriction_lifted", _("Restriction of processing lifted")
    CUSTOMER_REVEAL_CAPPED = "customer.reveal_capped", _("Number not told: daily cap reached")
    CUSTOMER_REVEALED = "customer.revealed", _("Number revealed in clear")
    CUSTOMER_SEARCHED = "customer.searched", _("People searched for by number")
    CUSTOMER_TWIN_DENIED = "customer.twin_denied", _("Entered as another person than one alike")
    CUSTOMER_TWIN_RECOGNISED = (
        "customer.twin_recognised",
        _("Found to be in the archive already, not entered"),
    )
    CUSTOMER_UNMERGED = "customer.unmerged", _("Two archives put together are two again")
    CUSTOMER_UPDATED = "customer.updated", _("Person's archive changed")
    DATA_REINDEXED = "data.reindexed", _("Index of personal data worked out anew")
    DATA_REKEYED = "data.rekeyed", _("Personal data sealed under a new key")
    HOUSEHOLD_BULK_CREATED = "household.bulk_created", _("Households created in bulk")
    HOUSEHOLD_CREATED = "household.created", _("Household archive created")
    HOUSEHOLD_SPLIT = "household.split", _("Household parted into two")
    HOUSEHOLDS_JOINED = "households.joined", _("Two households become one")
    HOUSEHOLDS_MOVED = "households.moved", _("Households moved to another grid together")
    HOUSEHOLD_UPDATED = "household.updated", _("Household archive changed")
    ROSTER_STORED = "roster.stored", _("Rows of a roster stored")
    ROSTER_UNDONE = "roster.undone", _("Rows of a roster taken back")
    TWINS_DENIED = "twins.denied", _("Two archives found to be of two people")
    TWINS_RECONSIDERED = "twins.reconsidered", _("Word that two archives are of two people taken back")
    TWINS_SCANNED = "twins.scanned", _("Looked for two archives of one person")


SUBJECTS = {
    "customers.claim": _("Claim"),
    "customers.consent": _("Consent"),
    "customers.customer": _("Person"),
    "customers.household": _("Household"),
}
