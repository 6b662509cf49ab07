"""Routes of the customers app."""

from django.urls import URLPattern, path

from customers.views import claims, duplicates, households, lists, moving, parting, people

app_name = "customers"

urlpatterns: list[URLPattern] = [
    path("customers/", lists.customer_list, name="list"),
    path("customers/search/", lists.customer_search, name="search"),
    path("customers/households/new/", households.household_new, name="household-new"),
    path("customers/households/<int:pk>/", households.household, name="household"),
    path("customers/households/<int:pk>/household.xlsx", households.household_book, name="household-book"),
    path("customers/households/<int:pk>/edit/", households.household_edit, name="household-edit"),
    path("customers/households/move/", moving.households_move, name="households-move"),
    path("customers/households/<int:pk>/move/", households.household_move, name="household-move"),
    path("customers/households/<int:pk>/split/", parting.household_split, name="household-split"),
    path("customers/households/<int:pk>/join/", parting.households_join, name="households-join"),
    path("customers/households/<int:pk>/people/new/", people.customer_new, name="customer-new"),
    path("customers/households/<int:pk>/people/", people.customers_new, name="customers-new"),
    path("customers/claims/", claims.claim_list, name="claims"),
    path("customers/claims/decide/", claims.claims_decide, name="claims-decide"),
    path("duplicates/", duplicates.duplicate_list, name="duplicates"),
    path("duplicates/<int:pk>/", duplicates.twins, name="twins"),
    path("duplicates/<int:pk>/merge/", duplicates.twins_merge, name="twins-merge"),
    path("duplicates/merged/", duplicates.merge_list, name="merges"),
    path("duplicates/merged/<int:pk>/undo/", duplicates.merge_undo, name="merge-undo"),
    path("duplicates/<int:pk>/reconsider/", duplicates.twins_reconsider, name="twins-reconsider"),
    path("customers/<int:pk>/", people.customer, name="customer"),
    path("customers/<int:pk>/edit/", people.customer_edit, name="customer-edit"),
    path("customers/<int:pk>/reveal/", people.customer_reveal, name="reveal"),
    path("customers/<int:pk>/app/", people.app_milestone, name="app-milestone"),
    path("customers/<int:pk>/account/", people.account_opened, name="account-opened"),
    path("customers/<int:pk>/days/", people.step_day, name="step-day"),
    path("customers/<int:pk>/move/", people.resettle, name="resettle"),
    path("customers/<int:pk>/death/", people.death, name="death"),
    path("customers/<int:pk>/death/undo/", people.death_undo, name="death-undo"),
    path("customers/<int:pk>/restrict/", people.restrict, name="restrict"),
    path("customers/<int:pk>/restrict/lift/", people.restriction_lift, name="restriction-lift"),
    path("customers/<int:pk>/consents/", people.consent_give, name="consent-give"),
    path("customers/consents/<int:pk>/withdraw/", people.consent_withdraw, name="consent-withdraw"),
]
