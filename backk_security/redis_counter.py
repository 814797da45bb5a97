"""Calls counted in Redis: one script, so that no two calls take the same one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backk_security.counters import Balance, Quota

#: Takes one from each key, or from none. ARGV: most and milliseconds, for each key. Answers whether one was refused,
#: then what was used before and the milliseconds left, for each key. A script's clock stands still: no key ends in it.
_TAKE = """
local answer = {0}
for i, key in ipairs(KEYS) do
  local used = tonumber(redis.call('GET', key) or 0)
  local left = redis.call('PTTL', key)
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
return answer
"""


class RedisCounter:
    """Counts calls for all processes that share a Redis."""

    def __init__(self, client: Any) -> None:
        self._script = client.register_script(_TAKE)

    def take(self, quotas: Sequence[Quota]) -> list[Balance]:
        """Take one call from each quota, or from none."""
        # one slot of a cluster, since a script's keys must share theirs
        keys = [f"{{backk-limits}}:{quota.key}" for quota in quotas]
        refused, *found = self._script(
            keys=keys, args=[argument for quota in quotas for argument in (quota.most, quota.seconds * 1000)]
        )
        spent = 0 if refused else 1
        return [
            # where another quota refuses, one that nobody has taken from has no window yet
            Balance(max(0, quota.most - used - spent), max(left, 0) / 1000, used >= quota.most)
            for quota, used, left in zip(quotas, found[::2], found[1::2], strict=True)
        ]
