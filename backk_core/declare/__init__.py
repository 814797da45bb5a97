"""The first verb: what a team writes down about its entities, functions, rules and errors."""
