"""What can be read from the source of a declaration: where it stands, and how it uses the store."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backk_core.describe.contracts import Statements

#: Store operations that are one statement each.
_ONE_STATEMENT = {
    "create",
    "get_all",
    "get_by_id",
    "get_by_ids",
    "get_first",
    "count",
    "update",
    "update_all",
    "delete_by_id",
    "delete_by_ids",
    "delete_all",
}
#: What may be called inside the arguments of such an operation without sending a statement.
_HARMLESS = {"Q", "F", "sql", "timedelta", "str", "int", "list", "tuple", "len", "now", "dict", "set"}


def place_of(target: Any, name: str | None = None) -> str:
    """Return "file:line" of a class or function, of its line that declares ``name`` where there is one."""
    try:
        file = inspect.getsourcefile(target) or ""
        lines, first = inspect.getsourcelines(target)
    except (OSError, TypeError):
        return getattr(target, "__qualname__", repr(target))
    if name is not None:
        starts = (f"{name} ", f"{name}:", f"{name}=", f"def {name}(")
        first += next((i for i, line in enumerate(lines) if line.lstrip().startswith(starts)), 0)
    path = Path(file)
    here = Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}:{first}"


def function_node(function: Callable[..., Any]) -> ast.FunctionDef | None:
    """Return the syntax tree of a function, None where its source cannot be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    node = tree.body[0] if tree.body else None
    return node if isinstance(node, ast.FunctionDef) else None


def statements_of(function: Callable[..., Any]) -> Statements:
    """Tell how many statements a function's source shows it to send; MANY where it does not show."""
    node = function_node(function)
    if node is None:
        return Statements.MANY
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    uses = [part for part in ast.walk(node) if _is_store(part)]
    if len(uses) != 1 or not body:
        return Statements.MANY
    last = body[-1]
    call = last.value if isinstance(last, ast.Return | ast.Expr) else None
    if not isinstance(call, ast.Call) or not _is_operation(call):
        return Statements.MANY
    if any(keyword.arg == "if_not_found" for keyword in call.keywords):
        return Statements.MANY
    if len(body) == 1 and all(_is_harmless(part) for part in ast.walk(call) if part is not call):
        return Statements.ONE
    return Statements.ONE_AT_THE_END if isinstance(last, ast.Return) else Statements.MANY


def built_sql(function: Callable[..., Any]) -> list[int]:
    """Return the lines (from 1, in the function) where ``sql`` is given anything but a literal string."""
    node = function_node(function)
    if node is None:
        return []
    return [
        part.lineno
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name | ast.Attribute)
        and (part.func.id if isinstance(part.func, ast.Name) else part.func.attr) == "sql"
        and not (part.args and isinstance(part.args[0], ast.Constant) and isinstance(part.args[0].value, str))
    ]


def _is_store(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "store"
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def _is_operation(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and _is_store(call.func.value) and call.func.attr in _ONE_STATEMENT


def _is_harmless(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return not isinstance(node, ast.Await | ast.Yield | ast.Lambda | ast.GeneratorExp)
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in _HARMLESS
