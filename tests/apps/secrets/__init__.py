"""An app of encrypted and hashed fields."""
