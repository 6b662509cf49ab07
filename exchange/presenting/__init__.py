"""The pages of the files, from what a selector found to what a template shows."""
