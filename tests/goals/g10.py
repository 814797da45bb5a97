"""G10: Schemathesis finds no 5xx, no answer outside its schema and no invalid input that is accepted.

`python -m tests.goals.g10 [--full]` tries the small project that the doors are tried with, on PostgreSQL where that answers;
`--url` and `--schema` name another server and its OpenAPI document (a URL or a file), `--exclude` a pattern of paths.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DOCUMENT = "/metadataService.getOpenApiSpec"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
#: Functions of the small project that are slow, or whose purpose is to fail.
MADE_TO_FAIL = (
    "InTime|InPythonTime|AfterAWhile|BusyDatabase|Slowly|AndWait|[.]fail$|Broken|Heavy|askTwice|leaveTransactionOpen"
    "|sayInHeader|[.]refuse$|[.]say$|isMicroservice"
)
EXAMPLES, FEW_EXAMPLES = 1000, 5


@contextmanager
def small_project() -> Iterator[str]:
    """Serve the small project; the value is its address."""
    from tests.doors.running import WSGI, database, running
    from tests.servers import POSTGRESQL

    kind = "postgresql" if POSTGRESQL.missing() is None else "sqlite"
    with tempfile.TemporaryDirectory() as directory, database(kind, Path(directory)) as used:
        with running(WSGI, used, Path(directory)) as server:
            yield f"http://127.0.0.1:{server.port}"


def tried(
    url: str, schema: str, *, examples: int, exclude: str = "", phases: str = "examples,coverage,fuzzing"
) -> subprocess.CompletedProcess[str]:
    """Let Schemathesis try every operation of a server; its exit status is 0 where it found nothing."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", schema, "--url", url, "--checks", ",".join(CHECKS)),
        *("--phases", phases, "--max-examples", str(examples), "--generation-deterministic"),
        *("--continue-on-failure", "--warnings", "off", "--no-color"),
        *("--request-timeout", "30", "--suppress-health-check", "all"),
        # the same arguments go by POST; in an address, servers refuse some of them for their length in their own words
        *("--exclude-method", "GET"),
        *(("--exclude-path-regex", exclude) if exclude else ()),
    ]
    with tempfile.TemporaryDirectory() as directory:
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)


def figure(output: str) -> str:
    """Return Schemathesis' own count of what it tried and found."""
    found = re.search(r"Test cases:\s+(.+)", output)
    operations = re.search(r"Tested:\s+(\d+)", output)
    return f"{operations[1] if operations else '?'} operations, {found[1].strip() if found else 'nothing tried'}"


def main() -> int:
    """Print the figure; return 1 where something was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="1,000 examples an operation")
    options.add_argument("--url", help="a server that runs already")
    options.add_argument("--schema", help="its OpenAPI document: a URL or a file")
    options.add_argument("--exclude", default="", help="a pattern of paths that are left out")
    chosen = options.parse_args()
    examples = EXAMPLES if chosen.full else FEW_EXAMPLES
    if chosen.url:
        schema = chosen.schema or chosen.url.rstrip("/") + DOCUMENT
        result = tried(chosen.url, schema, examples=examples, exclude=chosen.exclude)
    else:
        with small_project() as url:
            schema = chosen.schema or url + DOCUMENT
            result = tried(url, schema, examples=examples, exclude=chosen.exclude or MADE_TO_FAIL)
    if result.returncode:
        print(result.stdout, result.stderr)
    print(f"G10 with {examples} examples: {figure(result.stdout)}")
    print("G10 missed" if result.returncode else "G10 reached")
    return int(bool(result.returncode))


if __name__ == "__main__":
    sys.exit(main())
