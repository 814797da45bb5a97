"""Entities of every plain field kind, to be read in every way."""
