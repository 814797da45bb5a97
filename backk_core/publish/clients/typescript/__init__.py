"""The TypeScript client: strict ES modules, one a service, that judge arguments before they send them."""

from __future__ import annotations

import json
from importlib.resources import files as resources_of

from drf_spectacular.settings import spectacular_settings

from backk_core.declare.conf import conf
from backk_core.publish.audiences import Audience
from backk_core.publish.clients.surface import ClientFunction, Surface
from backk_core.publish.clients.typescript.rules import rule_expression, rule_names
from backk_core.publish.clients.typescript.services import function_name, service_module
from backk_core.publish.clients.typescript.text import import_line
from backk_core.publish.clients.typescript.types import rules_of, type_declaration

#: Modules that are the same in every client.
_RUNTIME = ("backk.ts", "events.ts", "rules.ts", "schema.ts")
_COMPILER = {
    "target": "ES2022",
    "module": "ESNext",
    "moduleResolution": "bundler",
    "lib": ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "noImplicitOverride": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "verbatimModuleSyntax": True,
    "isolatedModules": True,
    "declaration": True,
    "declarationMap": True,
    "sourceMap": True,
    "skipLibCheck": True,
    "types": [],
    "rootDir": "src",
    "outDir": "dist",
}


def files(surface: Surface, audience: Audience) -> dict[str, bytes]:
    """Return the files of the client, by their paths in its directory."""
    runtime = resources_of(__package__) / "runtime"
    written = {f"src/{name}": (runtime / name).read_text(encoding="utf-8") for name in _RUNTIME}
    written["src/types.ts"] = _types(surface)
    written |= {f"src/{service.name}.ts": service_module(service) for service in surface.services}
    written["src/index.ts"] = _index(surface)
    written["package.json"] = _json(_package(audience))
    written["tsconfig.json"] = _json({"compilerOptions": _COMPILER, "include": ["src"]})
    written["README.md"] = _readme(surface, audience)
    return {path: text.encode() for path, text in written.items()}


def _types(surface: Surface) -> str:
    declared = [type_declaration(surface, known) for known in surface.types]
    expressions = (rule_expression(rule) for known in surface.types for rule in rules_of(known))
    used = sorted(rule_names(expression for expression in expressions if expression is not None))
    # choices make rules needless, so that not each expression is written
    body = "\n".join(declared)
    used = [name for name in used if f"{name}(" in body]
    head = (
        "/** What travels: the types of arguments and answers, and what is known of their properties. */\n\n"
        + import_line(used, "./rules.js")
        + import_line(["type ObjectType", "objectType"] if "objectType(" in body else [], "./schema.js")
    )
    return f"{head}\n{body}"


def _index(surface: Surface) -> str:
    services = "".join(f'export * as {service.name} from "./{service.name}.js";\n' for service in surface.services)
    return (
        f"/** The client of {conf().microservice_name}: a namespace a service, types, settings and errors. */\n\n"
        'export * from "./backk.js";\n'
        'export type { Field, Kind, Limits, ObjectType, Rule, Violation } from "./schema.js";\n'
        'export { limitsOf, textOf, violationsOf } from "./schema.js";\n'
        f'export * from "./types.js";\n{services}'
    )


def package_name(audience: Audience) -> str:
    """Return what the client is called at a registry."""
    return (
        f"{conf().microservice_name}-client" if audience == "public" else f"{conf().microservice_name}-internal-client"
    )


def _package(audience: Audience) -> dict[str, object]:
    version = str(spectacular_settings.VERSION or "")
    return {
        "name": package_name(audience),
        "version": version if version.count(".") == 2 and version != "0.0.0" else "0.1.0",
        "description": f"Client of {conf().microservice_name}",
        "type": "module",
        "sideEffects": False,
        "engines": {"node": ">=20"},
        "main": "./dist/index.js",
        "types": "./dist/index.d.ts",
        "exports": {
            ".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"},
            "./*": {"types": "./dist/*.d.ts", "default": "./dist/*.js"},
        },
        "files": ["dist", "src"],
        "scripts": {"build": "tsc --project .", "prepare": "npm run build"},
        "dependencies": {"validator": "^13.15.0"},
        "devDependencies": {"@types/validator": "^13.15.0", "typescript": "^5.9.0"},
    }


def _readme(surface: Surface, audience: Audience) -> str:
    name = package_name(audience)
    service, function = _shown(surface)
    call = f"{function_name(function.contract)}({'argument' if function.argument is not None else ''})"
    left = sorted(
        {
            (rule.metadata(), f"{known.name}.{field.wire_name}")
            for known in surface.types
            if not known.use.is_answer
            for field in known.fields
            for rule in (*field.validators, *(field.element.validators if field.element is not None else ()))
            if rule_expression(rule) is None
        }
    )
    rows = "".join(f"| `{rule.replace('|', chr(92) + '|')}` | {place} |\n" for rule, place in left)
    at_server = (
        "\n## Judged by the service alone\n\nWhat a value must also keep, and is told by the service's answer only:\n\n"
        f"| rule | of |\n|---|---|\n{rows}"
        if left
        else ""
    )
    services = "".join(f"- `{known.name}`: {known.documentation or 'functions'}\n" for known in surface.services)
    return f"""# {name}

The client of {conf().microservice_name}, written out of its contracts. It is typed strictly, judges arguments
before it sends them, and never throws: each call ends with a value or an error.

```typescript
import {{ configure, messageAt }} from "{name}";
import * as {service} from "{name}/{service}";

configure({{ baseUrl: "https://api.example.com", token: () => sessionStorage.getItem("token") }});
const [value, error] = await {service}.{call};
if (error) console.log(error.message, messageAt(error, "name"));
```

## Services

{services}{at_server}"""


def _shown(surface: Surface) -> tuple[str, ClientFunction]:
    service = surface.services[0]
    named = (function for function in service.functions if function.contract.kind == "create")
    return service.name, next(named, service.functions[0])


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
