"""Orders and tagged sales items, as this project's user writes them: beside the quickstart in one process."""
