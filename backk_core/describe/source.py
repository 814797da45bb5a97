"""What can be read from the source of a declaration: where it stands, what it says, and how it uses the store."""

from __future__ import annotations

import ast
import inspect
import os
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import ENVIRONMENT_VARIABLE, settings

from backk_core.describe.contracts import Statements

#: Store operations that are one statement each, or open the transaction that their statements need themselves.
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
    "add_sub_entities",
    "remove_sub_entities",
    "add_values",
    "remove_values",
    "contains_value",
}
#: How the names of the store's operations that change something begin.
_WRITING = ("create", "update", "delete", "add", "remove")
#: What may be called inside the arguments of such an operation without sending a statement.
_HARMLESS = {"Q", "F", "sql", "at", "timedelta", "str", "int", "list", "tuple", "len", "now", "dict", "set"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The statement that declares a class, a function or a name in the body of a class, and where it stands."""

    file: str
    line: int
    node: ast.stmt

    @property
    def place(self) -> str:
        """File and line; the file from the current directory on, where it lies below that."""
        path, here = Path(self.file), Path.cwd()
        return f"{path.relative_to(here) if path.is_relative_to(here) else path}:{self.line}"

    @property
    def body(self) -> list[ast.stmt]:
        """The statements inside it."""
        return getattr(self.node, "body", [])

    def at(self, node: ast.AST) -> Declaration:
        """Return a part of it, with the part's own line."""
        line = self.line - self.node.lineno + getattr(node, "lineno", self.node.lineno)
        return Declaration(self.file, line, node if isinstance(node, ast.stmt) else self.node)


def declaration_of(target: Any, name: str | None = None) -> Declaration | None:
    """Return what declares a class or function, or ``name`` in a class or in the base that has it.

    None where the source cannot be had; what declares the class where no body of it says the name.
    """
    if name is None:
        return _statement_of(target)
    for base in target.__mro__[:-1]:
        whole = _statement_of(base)
        for node in reversed(whole.body if whole is not None else []):
            if whole is not None and name in _names_in(node):
                return whole.at(node)
    return _statement_of(target)


def place_of(target: Any, name: str | None = None) -> str:
    """Return "file:line" of a class or function, of its line that declares ``name`` where there is one."""
    declaration = declaration_of(target, name)
    return getattr(target, "__qualname__", repr(target)) if declaration is None else declaration.place


def place_of_setting(name: str) -> str:
    """Return "file:line" of the last line of the project's settings module that assigns a setting."""
    # settings that a test overrides have no module of their own
    module = sys.modules.get(settings.SETTINGS_MODULE or os.environ.get(ENVIRONMENT_VARIABLE, ""))
    try:
        whole = ast.parse(inspect.getsource(module)) if module is not None else None
    except (OSError, TypeError, SyntaxError):
        whole = None
    if module is None or whole is None or module.__file__ is None:
        return "settings"
    lines = (node.lineno for node in ast.walk(whole) if isinstance(node, ast.stmt) and name in _names_in(node))
    line = max(lines, default=1)
    return Declaration(module.__file__, line, ast.Pass()).place


def _statement_of(target: Any) -> Declaration | None:
    target = inspect.unwrap(target)
    try:
        file = inspect.getsourcefile(target) or ""
        lines, first = inspect.getsourcelines(target)
        node = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    # decorators come first, and the name is what is looked for
    return Declaration(file, first + node.lineno - 1, node)


def _names_in(node: ast.AST) -> set[str]:
    """Return the names that a statement gives a value, a type or a body."""
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign | ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return {node.name} if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else set()


def function_node(function: Callable[..., Any]) -> ast.FunctionDef | None:
    """Return the syntax tree of a function, None where its source cannot be had."""
    declaration = _statement_of(function)
    return declaration.node if declaration is not None and isinstance(declaration.node, ast.FunctionDef) else None


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


def built_sql(function: Callable[..., Any]) -> list[Declaration]:
    """Return where ``sql`` is given anything but a literal string."""
    whole = _statement_of(function)
    return [
        whole.at(part)
        for part in (ast.walk(whole.node) if whole is not None else ())
        if whole is not None
        and isinstance(part, ast.Call)
        and isinstance(part.func, ast.Name | ast.Attribute)
        and (part.func.id if isinstance(part.func, ast.Name) else part.func.attr) == "sql"
        and not (part.args and isinstance(part.args[0], ast.Constant) and isinstance(part.args[0].value, str))
    ]


def writes_of(function: Callable[..., Any]) -> list[str]:
    """Return the names of the store's operations that a function's source shows to change something."""
    node = function_node(function)
    return [
        part.func.attr
        for part in (ast.walk(node) if node is not None else ())
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and _is_store(part.func.value)
        and part.func.attr.startswith(_WRITING)
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
