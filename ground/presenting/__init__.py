"""How the ground is shown: the map, drafts of another cut, and coverage."""
