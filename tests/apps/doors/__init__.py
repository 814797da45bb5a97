"""A small project that the doors are tried with: things, notes, and functions that fail in every way."""
