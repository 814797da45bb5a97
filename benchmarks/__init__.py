"""Compares the speed of this project with its peers', side by side, in one run; see README.md."""
