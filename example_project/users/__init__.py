"""Users: other people, as everybody may see them."""
