"""The same row, asked for under each rule."""

from typing import Any

from backk_core import (
    Account,
    CrudEntityService,
    Id,
    One,
    UserService,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_user_roles,
)
from benchmarks.guards.models import Note, Somebody


class SomebodyService(CrudEntityService, UserService):
    """Knows whose account a token names."""

    accounts_in = Somebody

    def account_of(self, subject: str, tenant_id: Any) -> Account | None:
        return self.store.find_account(Somebody, locked_by="is_locked", subject=subject)

    @allow_for_own_resources("id")
    def get_somebody(self, argument: Id) -> One[Somebody]:
        return self.store.get_by_id(Somebody, argument.id)


class NoteService(CrudEntityService):
    """Keeps notes."""

    @allow_for_every_user
    def get_for_everyone(self, argument: Id) -> One[Note]:
        return self.store.get_by_id(Note, argument.id)

    @allow_for_own_resources("user_account_id")
    def get_own(self, argument: Id) -> One[Note]:
        return self.store.get_by_id(Note, argument.id)


class RoledNoteService(CrudEntityService):
    """The same row for a role."""

    @allow_for_user_roles("reader")
    def get_for_role(self, argument: Id) -> One[Note]:
        return self.store.get_by_id(Note, argument.id)
