"""Service functions over POST: declared, described, executed and published."""
