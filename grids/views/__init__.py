"""Pages of the room: the tree, and how responsibility is handed over."""
