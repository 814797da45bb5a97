import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.servers import Server, chosen_database, database_settings


@pytest.fixture
def unused_port(monkeypatch: pytest.MonkeyPatch) -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    monkeypatch.setenv("BACKK_POSTGRESQL_PORT", str(port))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BACKK_REQUIRE_SERVERS", raising=False)
    return port


def test_a_server_that_answers_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("BACKK_ANYTHING_PORT", str(port))
        assert Server("Anything", "BACKK_ANYTHING_PORT", 1).require().address == f"127.0.0.1:{port}"


def test_a_server_that_does_not_answer_skips_the_test_and_says_what_to_run(unused_port: int) -> None:
    with pytest.raises(pytest.skip.Exception, match=rf"needs PostgreSQL at 127.0.0.1:{unused_port}: run `make serv"):
        Server("PostgreSQL", "BACKK_POSTGRESQL_PORT", 15432).require()


def test_a_driver_that_is_not_installed_skips_the_test_too(unused_port: int) -> None:
    with pytest.raises(pytest.skip.Exception, match="needs PostgreSQL's driver no_such_driver"):
        Server("PostgreSQL", "BACKK_POSTGRESQL_PORT", 15432, driver="no_such_driver").require()


@pytest.mark.parametrize("variable", ["CI", "BACKK_REQUIRE_SERVERS"])
def test_where_servers_are_mandatory_a_missing_one_fails_the_test(
    unused_port: int, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(pytest.fail.Exception, match="needs PostgreSQL"):
        Server("PostgreSQL", "BACKK_POSTGRESQL_PORT", 15432).require()


def test_tests_run_on_sqlite_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKK_TEST_DATABASE", raising=False)
    assert chosen_database() == database_settings("sqlite")


def test_a_chosen_database_that_does_not_answer_stops_the_run(
    unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKK_TEST_DATABASE", "postgresql")
    with pytest.raises(ImproperlyConfigured, match=f"127.0.0.1:{unused_port}: run `make services`"):
        chosen_database()


def test_an_unknown_database_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKK_TEST_DATABASE", "oracle")
    with pytest.raises(ImproperlyConfigured, match="it is sqlite, postgresql or mariadb"):
        chosen_database()
