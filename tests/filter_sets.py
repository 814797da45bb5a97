"""How tests make FilterSets, and the registry of a service whose function takes one."""

from typing import Any

import django_filters

from backk_core import CrudEntityService, Many, allow_for_every_user, matching
from backk_core.describe.registry import Registry, build
from tests.apps.reading.models import Specimen


def registry_of(argument: type) -> Registry:
    @allow_for_every_user
    class SpecimenService(CrudEntityService):
        def get_specimens(self, query: argument) -> Many[Specimen]:  # type: ignore[valid-type]
            return self.store.get_all(Specimen, None, matching(query))

    SpecimenService.get_specimens.__annotations__ = {"query": argument, "return": Many[Specimen]}
    return build([SpecimenService])


def filter_set(model: Any = Specimen, fields: Any = (), **declared: Any) -> Any:
    meta = type("Meta", (), {"model": model, "fields": fields})
    return type("SpecimenFilters", (django_filters.FilterSet,), {"Meta": meta, "__module__": __name__, **declared})
