"""The homes, from what a selector found to what a template shows."""
