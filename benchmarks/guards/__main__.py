"""`python -m benchmarks.guards [--rounds 15]`: prints what guards add to a call."""

from benchmarks.guards.measuring import main

main()
