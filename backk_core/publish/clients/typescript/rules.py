"""Validators as TypeScript: which rules a client judges itself, and how they are written there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backk_core.declare import validators as rules
from backk_core.declare.validators import Validator
from backk_core.declare.validators.patterns import to_ecma

#: Makes the expression of a rule; None where this rule means something else in JavaScript.
Written = Callable[[Any], str | None]


def rule_expression(rule: Validator) -> str | None:
    """Return the TypeScript expression of a rule, None where the server alone can judge it."""
    for cls in type(rule).__mro__:
        if cls in _WRITTEN:
            return _WRITTEN[cls](rule)
    return None


def rule_names(expressions: Iterable[str]) -> set[str]:
    """Return the functions of the rules' module that expressions call."""
    return {expression.partition("(")[0] for expression in expressions}


def _plain(name: str) -> Written:
    return lambda _: f"{name}()"


def _with_arguments(name: str) -> Written:
    def written(rule: Validator) -> str | None:
        arguments = rule.arguments
        # JavaScript holds whole numbers up to here; others the server judges
        if any(isinstance(a, int) and not isinstance(a, bool) and abs(a) > 2**53 for a in arguments):
            return None
        if not all(isinstance(argument, str | int | float) for argument in arguments):
            return None
        return f"{name}({', '.join(json.dumps(argument) for argument in arguments)})"

    return written


def _with_patterns(name: str) -> Written:
    def written(rule: Any) -> str | None:
        patterns = [to_ecma(pattern) for pattern in rule.patterns]
        if any(pattern is None for pattern in patterns):
            return None
        shown = rule.message.removeprefix("must match ").removeprefix("must not match ")
        shown = shown.removesuffix(" regular expression")
        regular = (f'new RegExp({json.dumps(pattern)}, "u")' for pattern in patterns)
        return f"{name}({', '.join((json.dumps(shown), *regular))})"

    return written


_WRITTEN: Mapping[type[Validator], Written] = {
    rules.MinValue: _with_arguments("min"),
    rules.MaxValue: _with_arguments("max"),
    rules.Between: _with_arguments("minMax"),
    rules.IsInt: _plain("isInt"),
    rules.IsPositive: _plain("isPositive"),
    rules.IsNegative: _plain("isNegative"),
    rules.IsAnyString: _plain("isAnyString"),
    rules.MinLength: _with_arguments("minLength"),
    rules.MaxLength: _with_arguments("maxLength"),
    rules.Length: _with_arguments("length"),
    rules.IsByteLength: _with_arguments("isByteLength"),
    rules.Contains: _with_arguments("contains"),
    rules.NotContains: _with_arguments("notContains"),
    rules.IsAlpha: _plain("isAlpha"),
    rules.IsAlphanumeric: _plain("isAlphanumeric"),
    rules.IsAscii: _plain("isAscii"),
    rules.Matches: _with_patterns("matches"),
    rules.NotMatches: _with_patterns("notMatches"),
    rules.IsHexadecimal: _plain("isHexadecimal"),
    rules.IsMongoId: _plain("isMongoId"),
    rules.IsPort: _plain("isPort"),
    rules.IsMilitaryTime: _plain("isMilitaryTime"),
    rules.IsBooleanString: _plain("isBooleanString"),
    rules.IsSubject: _plain("isSubject"),
    rules.IsDataUri: _plain("isDataUri"),
    rules.IsEmail: _plain("isEmail"),
    rules.IsUrl: _plain("isUrl"),
    rules.IsIp: _with_arguments("isIp"),
    rules.IsMacAddress: _plain("isMacAddress"),
    rules.IsSemVer: _plain("isSemVer"),
    rules.IsIban: _plain("isIban"),
    rules.IsBic: _plain("isBic"),
    rules.IsIsin: _plain("isIsin"),
    rules.IsIssn: _plain("isIssn"),
    rules.IsIsbn: _with_arguments("isIsbn"),
    rules.IsEthereumAddress: _plain("isEthereumAddress"),
    rules.IsCreditCard: _plain("isCreditCard"),
    rules.IsCreditCardVerificationCode: _plain("isCardVerificationCode"),
    rules.IsCreditCardExpiration: _plain("isCreditCardExpiration"),
    rules.ArrayMinSize: _with_arguments("arrayMinSize"),
    rules.ArrayMaxSize: _with_arguments("arrayMaxSize"),
    rules.ArrayNotUnique: _plain("arrayNotUnique"),
    rules.ArrayUnique: _plain("arrayUnique"),
}
