"""How what others do for a call is known as a part of it: the W3C's headers, https://www.w3.org/TR/trace-context/."""

from __future__ import annotations

from backk_core.declare.patterns import compile_pattern
from backk_core.execute.call import Call

#: Version, trace, parent and flags; and how long the state beside it may be.
_TRACE_PARENT = r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"
_LONGEST_TRACE_STATE = 512


def trace_of(call: Call | None) -> dict[str, str]:
    """Return the headers by which what comes of a call is known as a part of it; never who called."""
    parent = call.header("traceparent") if call is not None else None
    if call is None or parent is None or compile_pattern(_TRACE_PARENT).fullmatch(parent) is None:
        return {}
    state = call.header("tracestate") or ""
    if not state or len(state) > _LONGEST_TRACE_STATE or not (state.isascii() and state.isprintable()):
        return {"traceparent": parent}
    return {"traceparent": parent, "tracestate": state}
