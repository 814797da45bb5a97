"""One function for each store operation, for users of a role: what one tenant's may do, another's must not."""

from typing import Annotated, Any

from django.db.models import Q

from backk_core import (
    Account,
    Argument,
    CrudEntityService,
    EntityId,
    Id,
    Many,
    One,
    PageStepQuery,
    PostQueryOperations,
    Result,
    TenantService,
    UserDefinedFilter,
    UserService,
    all_tenants,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_user_roles,
    array_max_size,
    array_not_unique,
    count_of,
    is_any_string,
    max_length,
    page_steps_only,
)
from backk_core.execute.call import current_call
from backk_core.models import changes_to
from tests.apps.tenants.models import Diary, Firm, Invoice, Member


class Ids(Argument):
    ids: Annotated[list[EntityId], array_max_size(10), array_not_unique]


class Words(Argument):
    text: Annotated[str, max_length(64), is_any_string]
    id: EntityId = "0"


class Filtered(PostQueryOperations):
    filters: Annotated[list[UserDefinedFilter], array_max_size(3), array_not_unique] = []


class Number(Result):
    number: int


class Name(Result):
    name: str | None


class FirmService(CrudEntityService, TenantService):
    asked = 0

    def tenant_id_of(self, issuer: str) -> str | int | None:
        FirmService.asked += 1
        firm = self.store.find_account(Firm, issuer=issuer)
        return None if firm is None else firm.id


class MemberService(CrudEntityService, UserService):
    asked = 0

    def account_of(self, subject: str, tenant_id: Any) -> Account | None:
        MemberService.asked += 1
        return self.store.find_account(Member, locked_by="is_locked", subject=subject, tenant_id=tenant_id)

    @allow_for_own_resources("subject")
    def create_member(self, member: Member) -> One[Member]:
        return self.store.create(member)

    @allow_for_own_resources("id")
    def get_member(self, argument: Id) -> One[Member]:
        return self.store.get_by_id(Member, argument.id)


@allow_for_user_roles("clerk")
class InvoiceService(CrudEntityService):
    def create_invoice(self, invoice: Invoice) -> One[Invoice]:
        return self.store.create(invoice)

    def create_many(self, argument: Words) -> Many[Invoice]:
        return self.store.create_many([Invoice(text=argument.text), Invoice(text=argument.text)])

    def create_elsewhere(self, argument: Id) -> One[Invoice]:
        return self.store.create(Invoice(text="x", tenant_id=int(argument.id)))

    def get_all(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    @count_of("")
    def get_counted(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    @page_steps_only
    def get_steps(self, query: PageStepQuery) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    def find_filtered(self, query: Filtered) -> Many[Invoice]:
        return self.store.get_all(Invoice, query, *query.filters)

    def get_by_id(self, argument: Id) -> One[Invoice]:
        return self.store.get_by_id(Invoice, argument.id)

    def get_by_ids(self, argument: Ids) -> Many[Invoice]:
        return self.store.get_by_ids(Invoice, argument.ids)

    def get_first(self, argument: Words) -> One[Invoice]:
        return self.store.get_first(Invoice, None, Q(text=argument.text) | Q(amount__gte=0))

    def get_count(self) -> One[Number]:
        return One(Number(number=self.store.count(Invoice)))

    def update_invoice(self, invoice: Invoice) -> None:
        self.store.update(invoice)

    def update_to_elsewhere(self, argument: Ids) -> None:
        self.store.update(changes_to(Invoice, argument.ids[0], text="x", amount=0, tenant_id=int(argument.ids[1])))

    def update_all(self, argument: Words) -> One[Number]:
        return One(Number(number=self.store.update_all(Invoice, {"text": argument.text})))

    def update_all_to_elsewhere(self, argument: Id) -> None:
        self.store.update_all(Invoice, {"tenant_id": int(argument.id)})

    def delete_by_id(self, argument: Id) -> None:
        self.store.delete_by_id(Invoice, argument.id)

    def delete_by_ids(self, argument: Ids) -> One[Number]:
        return One(Number(number=self.store.delete_by_ids(Invoice, argument.ids)))

    def delete_filtered(self, argument: Words) -> One[Number]:
        return One(Number(number=self.store.delete_all(Invoice, Q(text=argument.text) | Q(amount__gte=0))))

    def delete_all(self) -> One[Number]:
        return One(Number(number=self.store.delete_all(Invoice)))

    @allow_for_cluster_internal
    def get_for_services(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    @allow_for_cluster_internal
    @all_tenants("accounting adds up all of them")
    def get_of_all(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)


@allow_for_every_user
class WindowService(CrudEntityService):
    def get_invoices(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    @all_tenants("the shop window of all firms")
    def get_of_all(self, query: PostQueryOperations) -> Many[Invoice]:
        return self.store.get_all(Invoice, query)

    def get_caller(self) -> One[Name]:
        principal = current_call().principal
        return One(Name(name=None if principal is None else principal.subject))


class DiaryService(CrudEntityService):
    @allow_for_own_resources("user_account_id")
    def create_diary(self, diary: Diary) -> One[Diary]:
        return self.store.create(diary)

    @allow_for_own_resources("user_account_id")
    @allow_for_user_roles("clerk")
    def get_diaries(self, query: PostQueryOperations) -> Many[Diary]:
        return self.store.get_all(Diary, query)


SERVICES = (FirmService, MemberService, InvoiceService, WindowService, DiaryService)
