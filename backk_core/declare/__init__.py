"""What a user declares: access, validators, entities, services, errors."""
