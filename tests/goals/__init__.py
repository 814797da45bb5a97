"""The quality goals, one module each: `python -m tests.goals.<goal>` prints its figure."""
