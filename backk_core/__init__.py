"""The core of Backk for Django: declare, describe, execute, publish."""
