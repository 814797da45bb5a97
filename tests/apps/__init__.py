"""Small Django apps that the tests declare things in."""
