"""Entities that hang together: shops with parts of parts, links in both directions, and views of them."""
