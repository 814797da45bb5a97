"""Every line of the marketplace that says who may do what, made wrong in each way that a hand could make it wrong."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).parents[3]
_SERVICES = {
    "tags": "tagService",
    "sales_items": "salesItemService",
    "user_accounts": "userAccountService",
    "users": "userService",
    "shopping_carts": "shoppingCartService",
    "orders": "orderService",
}
APPS = tuple(_SERVICES)
_CORE = "__import__('backk_core')."
EVERYONE, TESTS = f"{_CORE}allow_for_every_user", f"{_CORE}allow_for_tests"
_FIELDS = ("user_account_id", "id", "subject")
_ROLES = ("vitjaPaymentGateway", "vitjaLogisticsPartner")

#: Functions in which the owner's filter alone keeps rows of others away; elsewhere rows are found by the owner, who was compared.
_BY_ROW = (
    "SalesItemService.delete_sales_item",
    "UpdateSalesItem.execute",
    "OrderService.get_order",
    "RemoveUndeliveredOrderItem.execute",
    "DeleteUndeliveredPaidOrder.execute",
)


@dataclass(frozen=True)
class Mutant:
    """One module with one change."""

    module: str
    line: int
    #: What the line was, and what it has become.
    was: str
    became: str
    source: str

    def __str__(self) -> str:
        became = self.became.replace(_CORE, "") or "nothing"
        return f"{self.module.replace('.', '/')}.py:{self.line}: {self.was} → {became}"

    @property
    def path(self) -> Path:
        return ROOT / f"{self.module.replace('.', '/')}.py"

    @property
    def service(self) -> str:
        """The service whose functions the module has."""
        return _SERVICES[self.module.split(".")[1]]

    def load(self) -> None:
        """Put the changed module in the place of the real one, and load anew whatever else has services."""
        for app in APPS:
            sys.modules.pop(f"example_project.{app}.services", None)
        loader = _Changed(self.module, str(self.path), self.source)
        spec = importlib.util.spec_from_file_location(self.module, self.path, loader=loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[self.module] = module
        loader.exec_module(module)
        for app in APPS:
            importlib.import_module(f"example_project.{app}.services")


class _Changed(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec")


def mutants() -> Iterator[Mutant]:
    """Yield every mutant; line numbers stay what they were."""
    for app in APPS:
        module = f"example_project.{app}.services"
        source = (ROOT / f"{module.replace('.', '/')}.py").read_text()
        for site, text in _sites(ast.parse(source), source):
            for became in _wrong(text):
                yield Mutant(module, site.lineno, text, became, _replaced(source, site, became))
        yield from _for_all_owners(module, source)


def lines() -> int:
    """Return how many lines say who may do what."""
    return len({(mutant.module, mutant.line) for mutant in mutants()})


def _sites(tree: ast.AST, source: str) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    for node in ast.walk(tree):
        expressions: list[ast.expr] = []
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            expressions = node.decorator_list
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "authorization":
            expressions = [node.value]
        for expression in expressions:
            text = ast.get_source_segment(source, expression) or ""
            if text.startswith("allow_") and not text.startswith("allow_get"):
                yield expression, text


def _for_all_owners(module: str, source: str) -> Iterator[Mutant]:
    """Yield mutants whose functions touch what is another's."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and f"{node.name}.{inner.name}" in _BY_ROW:
                    rows = source.splitlines(keepends=True)
                    rows.insert(inner.lineno - 1, f"    @{_CORE}all_owners('mutant')\n")
                    yield Mutant(module, inner.lineno, f"def {inner.name}", f"{_CORE}all_owners", "".join(rows))


def _wrong(text: str) -> Iterator[str]:
    """Yield what may stand there by mistake; an empty text is a line that is gone."""
    yield ""
    if text != "allow_for_every_user":
        yield EVERYONE
    if text != "allow_for_tests":
        yield TESTS
    if text == "allow_for_every_user":
        yield f"{_CORE}allow_for_own_resources('id')"
    if text.startswith("allow_for_user_roles"):
        yield from (f"{_CORE}allow_for_user_roles('{role}')" for role in _ROLES if role not in text)
    if text.startswith("allow_for_own_resources"):
        yield from (f"{_CORE}allow_for_own_resources('{name}')" for name in _FIELDS if f'"{name}"' not in text)


def _replaced(source: str, site: ast.expr | ast.stmt, became: str) -> str:
    rows = source.splitlines(keepends=True)
    assert site.end_lineno == site.lineno, "a rule stands on one line"
    row = rows[site.lineno - 1]
    before, after = row[: site.col_offset], row[site.end_col_offset :]
    if not became:
        before = before[: before.rindex("@")] if "@" in before else before[: -len(before.lstrip())] + "pass"
    rows[site.lineno - 1] = f"{before}{became}{after}"
    return "".join(rows)
