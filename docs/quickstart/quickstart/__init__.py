"""The smallest whole project."""
