"""A second-hand marketplace, the project to learn from."""
