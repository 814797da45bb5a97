"""How the line of a declaration reads once it is mended: what a check's hint shows."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from backk_core.describe.source import declaration_of

_VERBS = frozenset({"private", "read_only", "read_write", "read_update", "write_only", "create_only", "update_only"})
_ARRAYS = frozenset({"array_of", "ArrayField"})


def with_rules(owner: type, name: str, rules: Sequence[str], *, of_element: bool = False) -> str:
    """Return the declaration of a field with more validators, of its elements where it is an array of them."""
    node = _declared(owner, name)
    if isinstance(node, ast.AnnAssign):
        node.annotation = _annotated(node.annotation, rules)
    elif isinstance(node, ast.Assign) and (field := _field_in(node.value, of_element=of_element)) is not None:
        _give(field, "validators", rules)
    elif isinstance(node, ast.FunctionDef):
        return f"Annotated[…, {', '.join(rules)}]"
    elif hasattr(owner, "base_filters"):
        known = owner.base_filters[name]
        made = f"{type(known).__name__}(field_name={known.field_name!r}, lookup_expr={known.lookup_expr!r}"
        return f"{name} = django_filters.{made}, validators=[{', '.join(rules)}])"
    else:
        return f"{name} = read_write(models.…(…, validators=[{', '.join(rules)}]))"
    return ast.unparse(node)


def with_option(owner: type, name: str, option: str, value: str, *, instead_of: str = "") -> str:
    """Return the declaration of a Django field with a keyword set to ``value``, perhaps instead of another one."""
    node = _declared(owner, name)
    field = _field_in(node.value, of_element=False) if isinstance(node, ast.Assign) else None
    if field is None or node is None:
        return f"{name} = read_write(models.…(…, {option}={value}))"
    field.keywords = [keyword for keyword in field.keywords if keyword.arg not in (option, instead_of)]
    field.keywords.append(ast.keyword(option, ast.parse(value, mode="eval").body))
    return ast.unparse(node)


def with_access(owner: type, name: str, verb: str) -> str:
    """Return the declaration of a Django field with another access mode."""
    node = _declared(owner, name)
    if not isinstance(node, ast.Assign):
        return f"{name} = {verb}(models.…(…))"
    value = node.value
    while isinstance(value, ast.Call) and _called(value) in _VERBS and value.args:
        value = value.args[0]
    node.value = ast.Call(ast.Name(verb), [value], [])
    return ast.unparse(node)


def with_name(owner: type, name: str, other: str) -> str:
    """Return the declaration of a field under another name."""
    node = _declared(owner, name)
    if isinstance(node, ast.Assign):
        node.targets = [ast.Name(other)]
    elif isinstance(node, ast.AnnAssign):
        node.target = ast.Name(other)
    else:
        return f"{other} = …"
    return ast.unparse(node)


def _declared(owner: type, name: str) -> ast.stmt | None:
    declaration = declaration_of(owner, name)
    # the statement of the whole class where no body of it has the name
    return None if declaration is None or isinstance(declaration.node, ast.ClassDef) else declaration.node


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _field_in(value: ast.expr, *, of_element: bool) -> ast.Call | None:
    """Return the call that makes the Django field, below the words around it and, for an element, below the array."""
    while isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.Call):
        if _called(value) in _ARRAYS and not of_element:
            break
        value = value.args[0]
    return value if isinstance(value, ast.Call) else None


def _give(field: ast.Call, option: str, rules: Sequence[str]) -> None:
    more = [ast.parse(rule, mode="eval").body for rule in rules]
    for keyword in field.keywords:
        if keyword.arg == option and isinstance(keyword.value, ast.List):
            keyword.value.elts += more
            return
    field.keywords.append(ast.keyword(option, ast.List(more)))


def _annotated(annotation: ast.expr, rules: Sequence[str]) -> ast.expr:
    more = [ast.parse(rule, mode="eval").body for rule in rules]
    if isinstance(annotation, ast.Subscript) and getattr(annotation.value, "id", "") == "Annotated":
        told = annotation.slice
        annotation.slice = ast.Tuple([*(told.elts if isinstance(told, ast.Tuple) else [told]), *more])
        return annotation
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple([annotation, *more]))
