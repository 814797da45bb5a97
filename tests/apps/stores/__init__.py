"""Where the entities of the store contract belong; the tests declare them."""
