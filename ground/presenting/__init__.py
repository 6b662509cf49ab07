"""How the ground is shown: the map, and drafts of another cut."""
