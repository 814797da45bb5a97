"""One request of a collection: what is sent by whom, and what must come back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: A template: the name of something that was saved and a path in it; ``| raw`` where it is no text.
TEMPLATE = re.compile(r"\{\{\s*([A-Za-z_][\w.-]*)\s*(\|\s*raw\s*)?\}\}")
_RAW = re.compile(r'"\{\{\s*([A-Za-z_][\w.-]*)\s*\|\s*raw\s*\}\}"')


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call with its expectations; texts may have templates."""

    name: str
    function: str
    argument: Any = None
    #: Whose token is sent; None: none is.
    caller: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    #: The code of the error that must come back; None where the call must succeed.
    error: str | None = None
    #: What the error's message must contain.
    says: tuple[str, ...] = ()
    #: What the answer must have; of objects each named property, of lists each element in order.
    result: Any = None
    #: Properties that each thing in the answer must, and must not, have.
    properties: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    #: Under which name the answer is kept for later templates.
    saved_as: str | None = None

    def item(self) -> dict[str, Any]:
        """Return the request as an item of a collection (Postman Collection Format 2.1.0)."""
        body = _body(self.argument)
        headers = [{"key": "Content-Type", "value": "application/json"}]
        headers += [{"key": name, "value": value} for name, value in self.headers.items()]
        if self.caller is not None:
            headers.append({"key": "Authorization", "value": f"Bearer {{{{token.{self.caller}}}}}"})
        return {
            "name": self.name,
            "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": list(self._script())}}],
            "request": {
                "method": "POST",
                "header": headers,
                "body": {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}},
                "url": {"raw": f"{{{{baseUrl}}}}/{self.function}", "host": ["{{baseUrl}}"], "path": [self.function]},
            },
            "response": [],
        }

    def _script(self) -> Iterator[str]:
        yield "const text = pm.response.text();"
        yield "const answer = text ? JSON.parse(text) : {};"
        told = _js(f"the status is {self.status}")
        yield f"pm.test({told}, () => pm.expect(pm.response.code, text).to.eql({self.status}));"
        if self.error is not None:
            told = _js(f"the error is {self.error}")
            yield f"pm.test({told}, () => pm.expect(answer.errorCode, text).to.eql({_js(self.error)}));"
        for words in self.says:
            said = _js(f"the message says {words!r}")
            yield f"pm.test({said}, () => pm.expect(answer.message).to.include({_js(words)}));"
        if self.properties or self.absent:
            yield "const things = Array.isArray(answer.data) ? answer.data : [answer.data];"
        for name in self.properties:
            yield (
                f"pm.test({_js(f'{name} is answered')}, () => "
                f"things.forEach((thing) => pm.expect(thing).to.have.property({_js(name)})));"
            )
        for name in self.absent:
            yield (
                f"pm.test({_js(f'{name} is not answered')}, () => "
                f"things.forEach((thing) => pm.expect(thing).to.not.have.property({_js(name)})));"
            )
        if self.result is not None:
            yield f"const wanted = JSON.parse(pm.variables.replaceIn({_js(_body(self.result))}));"
            yield "backk.compare(pm, 'answer', answer.data, wanted);"
        if self.saved_as is not None:
            yield f"backk.save(pm, {_js(self.saved_as)}, answer.data);"


#: What scripts of all requests use, each with its own ``pm``: it compares what is named, and keeps every value of an
#: answer under its path.
PRELUDE = """backk = {
  compare(pm, path, found, wanted) {
    if (Array.isArray(wanted)) {
      pm.test(`${path} has ${wanted.length} elements`, () => pm.expect(found).to.have.lengthOf(wanted.length));
      wanted.forEach((item, index) => backk.compare(pm, `${path}.${index}`, found?.[index], item));
    } else if (wanted !== null && typeof wanted === 'object') {
      Object.entries(wanted).forEach(([name, item]) => backk.compare(pm, `${path}.${name}`, found?.[name], item));
    } else {
      pm.test(`${path} is what was expected`, () => pm.expect(found).to.eql(wanted));
    }
  },
  save(pm, path, value) {
    if (value !== null && typeof value === 'object') {
      Object.entries(value).forEach(([name, item]) => backk.save(pm, `${path}.${name}`, item));
    } else {
      pm.collectionVariables.set(path, value);
    }
  },
};"""


def templates_in(value: Any) -> Iterator[str]:
    """Yield the names that the templates in a value begin with."""
    if isinstance(value, str):
        yield from (found[1].partition(".")[0] for found in TEMPLATE.finditer(value))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from templates_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from templates_in(item)


def _body(argument: Any) -> str:
    text = json.dumps({} if argument is None else argument, indent=2, ensure_ascii=False)
    # what is no text stands without quotes
    return _RAW.sub(r"{{\1}}", text)


def _js(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
