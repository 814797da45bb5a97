"""Rules in TypeScript say what Python's say, and refuse nothing that those accept."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from backk_core.declare import validators as v
from backk_core.declare.validators import Validator
from backk_core.publish.clients import typescript
from backk_core.publish.clients.typescript.rules import rule_expression
from tests.node_programs import link_packages, program, run_node

RULES: list[Validator] = [
    v.min_value(3), v.min_value(2.5), v.max_value(3), v.between(-1, 10), v.between(0.5, 1_000_000_000), v.is_int,
    v.is_positive, v.is_negative,
    v.is_any_string, v.min_length(2), v.max_length(4), v.length(2, 4), v.is_byte_length(2, 4), v.contains("@"),
    v.not_contains("@"), v.is_alpha, v.is_alphanumeric, v.is_ascii,
    v.matches(r"^[A-Z]{2}-\d+$"), v.matches(r"^\w+$", "e"), v.matches(r"^[\wäö.-]+@\S+$"), v.not_matches(r"\d"),
    v.is_hexadecimal, v.is_mongo_id, v.is_port, v.is_military_time, v.is_boolean_string, v.is_subject, v.is_data_uri,
    v.is_email, v.is_url, v.is_ip, v.is_ip_version(4), v.is_ip_version(6), v.is_mac_address, v.is_sem_ver, v.is_iban,
    v.is_bic, v.is_isin, v.is_issn, v.is_isbn, v.is_isbn_version(10), v.is_ethereum_address, v.is_credit_card,
    v.is_credit_card_verification_code, v.is_credit_card_expiration,
    v.array_min_size(1), v.array_max_size(2), v.array_unique, v.array_not_unique,
]  # fmt: skip
#: What is judged by every rule of texts, besides its samples.
TEXTS = [
    "", "a", "ab", "abcd", "abcde", "ä", "ää", "𠮷", "𠮷𠮷𠮷𠮷", "A1", "a-b", "AB-12", "x@y", "hello", "h3llo",
    "0xdeadBEEF", "0hff", "507f1f77bcf86cd799439011", "8080", "65536", "007", "0", "23:59", "24:00", "true", "FALSE", "1",
    "data:,", "data:text/plain,a", " data:image/png;base64,iVBORw0KGgo=", "DATA:,x", "data:image/png;base64",
    "jane@example.com", "jane+tag@sub.example.co.uk", "jöhn@exämple.com", '"a b"@example.com', "a@b", "a@[127.0.0.1]",
    "o'brien@example.ie", "user@xn--exmple-cua.com", "a b@example.com",
    "example.com", "https://example.com/a?b=c#d", "ftp://x.org", "http://localhost:80", "https://user:p@example.com",
    "https://exämple.com/ä", "http://[::1]/", "http://127.0.0.1", "//example.com/x",
    "127.0.0.1", "256.0.0.1", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%eth0", "01.2.3.4",
    "01:23:45:67:89:ab", "01-23-45-67-89-AB", "0123.4567.89ab", "0123456789ab", "01:23:45:67:89",
    "1.0.0", "1.0.0-beta.13+build", "v1.0.0", "1.0", "01.0.0",
    "FI21 1234 5600 0007 85", "FI2112345600000785", "fi2112345600000785", "GB82WEST12345698765432", "NDEAFIHH",
    "ndeafihh", "DEUTDEFF500", "NDEA FI HH", "US0378331005", "us0378331005", "0378-5955", "03785955", "2434-561X",
    "2434-561x", "978-3-8362-2119-1", "9783836221191", "3-8362-2119-5", "3 8362 2119 5", "316148410X", "316148410x",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "4111 1111 1111 1111", "4111-1111-1111-1111", "5500000000000004",
    "378282246310005", "6011111111111117", "4111111111111112", "123", "1234", "12", "12345", "12/2099", "12/99", "1/99",
    "01/2099", "00/99", "13/99",
]  # fmt: skip
NUMBERS = [0, 1, -1, 3, 2.5, 3.5, 10, 11, -0.5, 1_000_000_000, 1_000_000_001, 1e300, 0.1]
ARRAYS: list[Any] = [
    [],
    [1],
    [1, 2],
    [1, 2, 3],
    [1, 1],
    ["a", "a"],
    [1, 1.5],
    [True, 1],
    [{"a": 1}, {"a": 1}],
    ["1", 1],
]


def values_for(rule: Validator) -> list[Any]:
    families = {"string": TEXTS, "number": NUMBERS, "array": ARRAYS}
    values = [value for family, some in families.items() if family in rule.kinds for value in some]
    with contextlib.suppress(LookupError):
        sample = rule.sample()
        values.append(sample)
        if isinstance(sample, str):
            values += [sample.upper(), sample.lower(), sample[:-1], sample + "x", " " + sample, sample + "\n"]
    return values


def judged(tmp_path: Path, rules: list[tuple[str, list[Any]]]) -> list[list[Any]]:
    """Return what TypeScript says of each value of each rule: null, or its message."""
    link_packages(tmp_path)
    runtime = Path(typescript.__file__).parent / "runtime"
    for name in ("rules.ts", "schema.ts"):
        (tmp_path / name).write_text((runtime / name).read_text())
    (tmp_path / "values.json").write_text(json.dumps([values for _, values in rules]))
    expressions = ", ".join(f"rules.{expression}" for expression, _ in rules)
    (tmp_path / "main.ts").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import * as rules from "./rules.js";\n'
        f"const all = [{expressions}];\n"
        'const values = JSON.parse(readFileSync("values.json", "utf8"));\n'
        "const said = (rule, value) => rule.accepts(value) ? null : rule.sentence?.('it')"
        ' ?? `it ${typeof rule.message === "string" ? rule.message : rule.message(value)}`;\n'
        "console.log(JSON.stringify(all.map((rule, i) => values[i].map((value) => said(rule, value)))));\n"
    )
    bundled = run_node(program("esbuild"), "main.ts", "--bundle", "--platform=node", "--outfile=main.cjs", cwd=tmp_path)
    assert bundled.returncode == 0, bundled.stderr
    done = run_node("main.cjs", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found: list[list[Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Validator, Any, str | None]]:
    written = [(rule, str(rule_expression(rule)), values_for(rule)) for rule in RULES]
    said = judged(tmp_path_factory.mktemp("rules"), [(expression, values) for _, expression, values in written])
    return [
        (rule, value, message)
        for (rule, _, values), messages in zip(written, said, strict=True)
        for value, message in zip(values, messages, strict=True)
    ]


def test_every_rule_that_is_written_in_typescript_is_tried_here() -> None:
    from backk_core.publish.clients.typescript.rules import _WRITTEN

    assert set(_WRITTEN) <= {type(rule) for rule in RULES}


def test_typescript_refuses_nothing_that_python_accepts(verdicts: list[tuple[Validator, Any, str | None]]) -> None:
    assert [
        (rule.metadata(), value) for rule, value, said in verdicts if said is not None and rule.accepts(value)
    ] == []


def test_typescript_says_what_python_says(verdicts: list[tuple[Validator, Any, str | None]]) -> None:
    refused = [(rule, value, said) for rule, value, said in verdicts if said is not None]
    assert len(refused) > 1000
    wrong = {(rule.violation("it", value), said) for rule, value, said in refused}
    assert {pair for pair in wrong if pair[0] != pair[1]} == set()


def test_each_rule_refuses_what_python_refuses_at_least_once(
    verdicts: list[tuple[Validator, Any, str | None]],
) -> None:
    refusing = {rule.metadata() for rule, _, said in verdicts if said is not None}
    anything_goes = {"isAnyString()", "arrayNotUnique()"}
    assert {rule.metadata() for rule in RULES} - refusing == anything_goes
