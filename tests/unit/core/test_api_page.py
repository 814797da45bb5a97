"""The API pages: everything they load is ours, nothing else can be had through them."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

PAGES = ["/docs", "/docs/redoc"]


# Django's own checks look at the database
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def get(browser: Client, path: str, **headers: str) -> Any:
    return browser.get(path, headers=headers or None)


def addresses(page: str, html: str) -> list[str]:
    found = re.findall(r'(?:href|src|spec-url|data-url)="([^"]+)"', html)
    return [urljoin(f"http://127.0.0.1{page}", address) for address in found]


@pytest.mark.parametrize("prefix", ["", "/shop.default"])
@pytest.mark.parametrize("page", PAGES)
def test_everything_that_a_page_names_is_there_and_on_this_machine(browser: Client, prefix: str, page: str) -> None:
    response = get(browser, prefix + page)
    assert response.status_code == 200
    named = addresses(prefix + page, response.text)
    assert len(named) >= 4
    for address in named:
        assert address.startswith(f"http://127.0.0.1{prefix}/")
        assert get(browser, address.removeprefix("http://127.0.0.1")).status_code == 200, address


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_a_policy_that_lets_only_its_own_scripts_run(browser: Client, page: str) -> None:
    response = get(browser, page)
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert "unsafe" not in policy["script-src"]
    # the policy would stop what stands in the page itself
    assert re.findall(r"<script(?![^>]*src=)|<style|\son[a-z]+=|\sstyle=", response.text) == []
    assert response["X-Content-Type-Options"] == "nosniff"


def test_forms_may_call_the_servers_that_the_document_names(browser: Client) -> None:
    assert get(browser, "/docs")["Content-Security-Policy"].endswith("; connect-src 'self'")
    with override_settings(BACKK={"API_GATEWAY_FQDN": "api.example.com"}):
        policy = get(browser, "/docs")["Content-Security-Policy"]
    assert policy.endswith("; connect-src 'self' https://api.example.com")


def test_the_title_is_that_of_the_document_and_escaped(browser: Client) -> None:
    with override_settings(BACKK={"MICROSERVICE_NAME": "<b>"}):
        assert "<title>&lt;b&gt; API</title>" in get(browser, "/docs").text


@pytest.mark.parametrize("page", PAGES)
def test_a_slash_at_the_end_leads_to_the_page(browser: Client, page: str) -> None:
    response = get(browser, f"{page}/")
    assert response.status_code == 302
    assert urljoin(f"{page}/", response["Location"]) == page


def test_an_asset_may_be_kept_since_its_address_changes_with_its_content(browser: Client) -> None:
    address = next(a for a in addresses("/docs", get(browser, "/docs").text) if "swagger-ui.css?" in a)
    path = address.removeprefix("http://127.0.0.1")
    response: HttpResponse = get(browser, path)
    assert response["Content-Type"].startswith("text/css")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert address.partition("?")[2] == response["ETag"].strip('"')
    again = get(browser, path, **{"if-none-match": response["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])


@pytest.mark.parametrize(
    "name",
    [
        "../__init__.py",
        "..%2f__init__.py",
        "%2e%2e%2f__init__.py",
        "..%5c__init__.py",
        "%2fetc%2fpasswd",
        "__init__.py",
        "swagger_ui.html",
        "oauth2-redirect.html",
        "swagger-ui.css%00",
        ".",
        "..",
    ],
)
def test_no_other_file_can_be_had(browser: Client, name: str) -> None:
    assert get(browser, f"/docs/assets/{name}").status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/docs/assets/swagger-ui.css"])
def test_a_project_can_keep_its_description_to_itself(browser: Client, path: str) -> None:
    assert get(browser, path).status_code == 200
    with override_settings(BACKK={"PUBLISH_METADATA": False}):
        assert get(browser, path).status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/docs/assets/swagger-ui.css"])
def test_pages_are_only_read(browser: Client, path: str) -> None:
    assert browser.post(path).status_code == 405
    assert browser.head(path).status_code == 200
