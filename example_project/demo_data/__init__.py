"""A marketplace full of people and things, for who tries the example."""
