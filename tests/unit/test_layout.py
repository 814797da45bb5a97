import importlib

import pytest


@pytest.mark.parametrize("app", ["backk_core", "backk_transport", "backk_security", "backk_observability"])
def test_every_app_is_importable_before_django_is_set_up_and_says_what_it_is(app: str) -> None:
    assert importlib.import_module(app).__doc__
