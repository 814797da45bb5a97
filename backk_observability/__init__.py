"""What a running service tells about itself: traces, metrics, logs, audit and probes."""
