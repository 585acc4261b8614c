"""Which files there are to check: the tree walk, patterns for paths, and what git ignores."""
