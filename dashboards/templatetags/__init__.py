"""Template tags of the dashboards app."""
