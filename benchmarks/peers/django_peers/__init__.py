"""The peers that run inside Django: one settings module, one model, one URL module each."""
