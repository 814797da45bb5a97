"""An app of two tenants whose users are after each other's rows."""
