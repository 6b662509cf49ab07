"""The triggers that note what is written outside every act."""

# what follows from rows alone and words are left out
WATCHED = {
    "products_product": "code category is_active",
    "products_holding": "customer_id product_id since ended_on balance",
    "products_offer": "customer_id product_id result offered_on staff_id grid_id origin evidence agreed",
}
