"""What it costs a call that it is guarded: the same row for everyone, with a token, as one's own, and counted."""
