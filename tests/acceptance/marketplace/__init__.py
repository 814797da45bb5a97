"""The marketplace, served as production serves it, and tried from outside."""
