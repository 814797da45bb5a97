"""Links between entities of tenants, on each database and in memory: none leads to another tenant's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models
from django.test import override_settings

from backk_core import CrudEntityService, One, Store, TenantService, allow_for_user_roles, is_any_string, read_write
from backk_core.models import Entity, HasTenant, SubEntity, many_to_many, owned
from backk_core.testing import Client, FakeStore, user
from tests.tables import KINDS, database_with

APPS = Apps(["tests.apps.tenants"])
ACME, EVIL = (user("somebody", roles=["clerk"], issuer=issuer) for issuer in ("acme", "evil"))


class Paper(Entity, HasTenant):
    """What is filed."""

    text = read_write(models.CharField(max_length=8, validators=[is_any_string]))

    class Meta:
        app_label = "tenants"
        apps = APPS


class Section(SubEntity):
    """A part of a folder."""

    papers = read_write(many_to_many(Paper, max=5))

    class Meta:
        app_label = "tenants"
        apps = APPS


class Folder(Entity, HasTenant):
    """What papers are filed in."""

    papers = read_write(many_to_many(Paper, max=5))
    sections = read_write(owned(Section, max=5))

    class Meta:
        app_label = "tenants"
        apps = APPS


ENTITIES = (Paper, Folder, Section)


class OfficeService(CrudEntityService, TenantService):
    """Keeps folders of several firms."""

    def tenant_id_of(self, issuer: str) -> int | None:
        return {"acme": 1, "evil": 2}.get(issuer)

    @allow_for_user_roles("clerk")
    def create_paper(self, paper: Paper) -> One[Paper]:
        """Make a paper."""
        return self.store.create(paper)

    @allow_for_user_roles("clerk")
    def create_folder(self, folder: Folder) -> One[Folder]:
        """Make a folder with papers in it."""
        return self.store.create(folder)

    @allow_for_user_roles("clerk")
    def update_folder(self, folder: Folder) -> None:
        """Put other papers into a folder."""
        self.store.update(folder)

    @allow_for_user_roles("clerk")
    def update_by_adding(self, folder: Folder) -> None:
        """Put papers into a folder."""
        self.store.add_sub_entities(Folder, folder.pk, "papers", folder.papers)


@pytest.fixture(params=["memory", *KINDS])
def client(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Client]:
    if request.param == "memory":
        yield Client(OfficeService, replace={Store: FakeStore()})
        return
    with django_db_blocker.unblock(), database_with(request.param, f"folders_{request.param}", ENTITIES) as db:
        with override_settings(BACKK={"DATABASE": db.alias, "ENVIRONMENT": "test"}):
            yield Client(OfficeService)


def test_a_link_leads_to_no_entity_of_another_tenant(client: Client) -> None:
    theirs = client.call(OfficeService.create_paper, {"text": "acme"}, principal=ACME).data["_id"]
    own = client.call(OfficeService.create_paper, {"text": "own"}, principal=EVIL).data["_id"]
    made = client.call(OfficeService.create_folder, {"papers": [{"_id": own}], "sections": []}, principal=EVIL)
    folder = made.data["_id"]
    for function, argument in (
        (OfficeService.create_folder, {"papers": [{"_id": theirs}], "sections": []}),
        (OfficeService.create_folder, {"papers": [], "sections": [{"papers": [{"_id": theirs}]}]}),
        (OfficeService.update_folder, {"_id": folder, "papers": [{"_id": theirs}]}),
        (OfficeService.update_folder, {"_id": folder, "sections": [{"papers": [{"_id": theirs}]}]}),
        (OfficeService.update_by_adding, {"_id": folder, "papers": [{"_id": theirs}]}),
    ):
        refused = client.call(function, argument, principal=EVIL)
        assert (refused.status, refused.error_code) == (400, "error.5")
        assert f"papers refers to nothing: Paper with _id {theirs} not found" in str(refused.message)
    for function in (OfficeService.update_folder, OfficeService.update_by_adding):
        assert client.call(function, {"_id": folder, "papers": [{"_id": theirs}]}, principal=ACME).status == 404
