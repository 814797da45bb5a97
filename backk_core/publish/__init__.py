"""The fourth verb: contracts shown to the outside: doors, checks, documents."""
