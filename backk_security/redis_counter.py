"""Calls counted in Redis: one script and one round trip for all quotas of a call, so that no two take the same one."""

from __future__ import annotations

import hashlib
import os
import select
import threading
from collections.abc import Sequence
from typing import Any

from backk_security.counters import Balance, Quota
from backk_security.redis_server import UNKNOWN_SCRIPT

#: Takes one from each key, or from none. ARGV: most and milliseconds, for each key. Answers a line: whether one was
#: refused, then what was used before and the milliseconds left, for each key. A script's clock stands still: no key
#: ends in it. A line, since every parser of the client reads one in one go.
_TAKE = """
local answer = {0}
for i, key in ipairs(KEYS) do
  local used = tonumber(redis.call('GET', key) or 0)
  local left = used > 0 and redis.call('PTTL', key) or 0
  if used > 0 and left < 0 then
    left = tonumber(ARGV[2 * i])
    redis.call('PEXPIRE', key, left)
  end
  if used >= tonumber(ARGV[2 * i - 1]) then answer[1] = 1 end
  answer[2 * i] = used
  answer[2 * i + 1] = left
end
if answer[1] == 0 then
  for i, key in ipairs(KEYS) do
    if answer[2 * i] == 0 then
      redis.call('SET', key, 1, 'PX', ARGV[2 * i])
      answer[2 * i + 1] = tonumber(ARGV[2 * i])
    else
      redis.call('INCR', key)
    end
  end
end
return redis.status_reply(table.concat(answer, ' '))
"""
_DIGEST = hashlib.sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()


class RedisCounter:
    """Counts calls for all processes that share a Redis.

    Each thread keeps a connection, and commands are written to it as bytes: what a client does beyond that, for pools
    and metrics of its own, takes longer than all of this.
    """

    def __init__(self, client: Any) -> None:
        self._pool = client.connection_pool
        self._of_thread = threading.local()

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota, or from none. What redis-py raises where the server does not do it."""
        refused, *found = map(int, self._run(quotas).split())
        spent = 0 if refused else 1
        return [
            # where another quota refuses, one that nobody has taken from has no window yet
            Balance(max(0, quota.most - used - spent), left / 1000, used >= quota.most)
            for quota, used, left in zip(quotas, found[::2], found[1::2], strict=True)
        ]

    def _run(self, quotas: Sequence[Quota]) -> Any:
        try:
            line: _Line = self._of_thread.line
        except AttributeError:
            line = self._of_thread.line = _Line(self._pool)
        try:
            return line.ask(_command("EVALSHA", _DIGEST, quotas))
        except UNKNOWN_SCRIPT:
            # nothing was counted: the server was started, or its scripts were flushed, since
            return line.ask(_command("EVAL", _TAKE, quotas))


class _Line:
    """A thread's own connection to the server, closed when the thread ends."""

    __slots__ = ("_connection", "_is_unexpected", "_pool", "_process", "_socket")

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._open()

    def _open(self) -> None:
        self._connection = self._pool.connection_class(**self._pool.connection_kwargs)
        self._process = os.getpid()
        self._socket: Any = None

    def ask(self, command: tuple[bytes]) -> Any:
        """Send a command, once; return the answer. What redis-py raises where there is none, or it is an error."""
        if self._process != os.getpid():
            # forked: the connection is still the parent's
            self._open()
        connection = self._connection
        # something to read before anything is asked: the server has hung up. What redis-py offers to find that out
        # takes longer than the call.
        if self._socket is None or connection._sock is not self._socket or self._is_unexpected(0):  # noqa: SLF001
            self._connect()
        connection.send_packed_command(command, check_health=False)
        return connection.read_response()

    def _connect(self) -> None:
        self._socket = None
        self._connection.disconnect()
        self._connection.connect()
        self._socket = self._connection._sock  # noqa: SLF001
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        self._is_unexpected = poll.poll

    def __del__(self) -> None:
        # redis-py's own waits for the collector of cycles
        if hasattr(self, "_connection"):
            self._connection.disconnect()


def _command(name: str, script: str, quotas: Sequence[Quota]) -> tuple[bytes]:
    """Write the command as Redis reads it, for redis-py in parts, here one: https://redis.io/docs/latest/develop/reference/protocol-spec/."""
    # one slot of a cluster, since a script's keys must share theirs
    words = [name, script, str(len(quotas)), *["{backk-limits}:" + quota.key for quota in quotas]]
    for quota in quotas:
        words += (str(quota.most), str(quota.seconds * 1000))
    written = "".join([f"${len(word)}\r\n{word}\r\n" for word in words])
    return (f"*{len(words)}\r\n{written}".encode("ascii"),)
