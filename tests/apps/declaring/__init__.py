"""Where entities belong that tests of declarations declare."""
