"""Where the entities of the documents belong while their examples run."""
