"""The pages of the ranking, from what the selectors found to what the templates show."""
