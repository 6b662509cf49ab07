"""What each recorded action is called on screen; a test holds it against the code."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "access.denied": _("Refused: role not permitted"),
    "areas.imported": _("Divisions imported"),
    "assignment.ended": _("Assignment ended"),
    "assignment.started": _("Assignment started"),
    "assignments.started": _("Assignments started in bulk"),
    "audit.read": _("Audit log read"),
    "consent.given": _("Consent given"),
    "consent.withdrawn": _("Consent withdrawn"),
    "customer.account_opened": _("Account of a customer recorded"),
    "customer.app_downloaded": _("App: downloaded"),
    "customer.app_informed": _("App: customer informed"),
    "customer.app_verified": _("App: verified"),
    "customer.created": _("Person added to the archive"),
    "customer.opened": _("Household archive opened"),
    "customer.reveal_capped": _("Reveal refused: daily cap reached"),
    "customer.revealed": _("Number revealed in clear"),
    "customer.updated": _("Person's archive changed"),
    "data.rekeyed": _("Personal data sealed under a new key"),
    "duties.created": _("Duties written in bulk"),
    "duty.created": _("Duty written"),
    "duty.ended": _("Duty ended"),
    "grid.boundary_set": _("Boundary of a grid set"),
    "grid.created": _("Grid founded"),
    "grids.boundaries_set": _("Boundaries set in bulk"),
    "grids.created": _("Grids founded in bulk"),
    "grids.paths_repaired": _("Grid tree repaired"),
    "holding.bulk_recorded": _("Holdings recorded in bulk"),
    "household.bulk_created": _("Households created in bulk"),
    "household.created": _("Household archive created"),
    "household.updated": _("Household archive changed"),
    "need.bulk_raised": _("Needs recorded in bulk"),
    "need.closed": _("Need closed"),
    "need.corrected": _("Needs corrected with a visit"),
    "need.raised": _("Need recorded"),
    "offer.bulk_recorded": _("Offers recorded in bulk"),
    "offer.corrected": _("Offers corrected with a visit"),
    "period.computed": _("Month computed"),
    "period.exported": _("Ranking exported"),
    "period.locked": _("Month locked"),
    "period.opened": _("Month opened"),
    "period.published": _("Ranking published"),
    "period.requested": _("Computation requested"),
    "period.verification_failed": _("Verification failed"),
    "period.verification_requested": _("Verification requested"),
    "products.put": _("Product catalogue loaded"),
    "scheme.activated": _("Scheme signed"),
    "scheme.created": _("Scheme written"),
    "scope.denied": _("Refused: out of sight or absent"),
    "service_points.created": _("Service points added in bulk"),
    "session.ended": _("Signed out"),
    "session.refused": _("Sign-in failed"),
    "session.started": _("Signed in"),
    "target.set": _("Target set"),
    "token.created": _("API token made"),
    "token.revoked": _("API token revoked"),
    "user.bulk_created": _("Accounts opened in bulk"),
    "user.created": _("Account opened"),
    "user.demo_passwords_reset": _("Demo passwords reset"),
    "user.disabled": _("Account disabled"),
    "user.enabled": _("Account enabled"),
    "user.password_changed": _("Own password changed"),
    "user.password_reset": _("Password reset"),
    "user.role_changed": _("Role changed"),
    "user.sessions_ended": _("Sessions ended"),
    "visit.bulk_created": _("Visits recorded in bulk"),
    "visit.corrected": _("Visit corrected"),
    "visit.received": _("Visits received"),
}


def label(action: str) -> str:
    """Return the action's name, or its code when it has none yet."""
    return str(ACTIONS.get(action, action))


SUBJECTS = {
    "customers.consent": _("Consent"),
    "customers.customer": _("Person"),
    "customers.household": _("Household"),
    "customers.need": _("Need"),
    "grids.assignment": _("Assignment"),
    "grids.duty": _("Duty"),
    "grids.grid": _("Grid"),
    "people.apitoken": _("API token"),
    "people.user": _("Account"),
    "performance.period": _("Month"),
    "performance.scheme": _("Scheme"),
    "performance.target": _("Target"),
    "products.offer": _("Offer"),
    "products.product": _("Product"),
    "visits.visit": _("Visit"),
}


def subject_name(kind: str) -> str:
    """Return what kind of thing an action was about, or its code when it has no name yet."""
    return str(SUBJECTS.get(kind, kind))
