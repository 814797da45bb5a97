from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.test import override_settings

from backk_core import (
    Argument,
    CrudEntityService,
    DuplicateEntity,
    Id,
    Many,
    One,
    PostQueryOperations,
    Result,
    Service,
    ServiceError,
    ServiceFunction,
    Store,
    UserDefinedFilter,
    UserService,
    allow_for_cluster_internal,
    allow_for_every_user,
    allow_for_own_resources,
    allow_for_tests,
    allow_for_user_roles,
    allow_get,
    between,
    count_of,
    is_ascii,
    min_length,
    page_steps_only,
    read_write,
    sql,
)
from backk_core.execute.store import DatabaseStore
from backk_core.models import Entity, HasOwner, HasVersion
from backk_core.publish.assembly import build_pipeline
from backk_core.testing import Client, FakeStore, Unanswerable, anonymous, internal, user
from tests.tables import KINDS, database_with, delete_rows

APPS = Apps(["tests.apps.declaring"])


class Toy(Entity, HasVersion):
    name = read_write(models.CharField(max_length=16, unique=True, validators=[is_ascii, min_length(1)]))
    price = read_write(models.FloatField(default=1.0, validators=[between(0, 100)]))

    class Meta:
        app_label = "declaring"
        apps = APPS


class Wish(Entity, HasOwner):
    text = read_write(models.CharField(max_length=16, validators=[is_ascii]))

    class Meta:
        app_label = "declaring"
        apps = APPS


class TooDear(ServiceError):
    """The toy is too dear"""

    code = 7
    status = 409


class Total(Result):
    total: float


class ToyService(CrudEntityService):
    errors = (TooDear,)

    @allow_for_every_user
    def create_toy(self, toy: Toy) -> One[Toy]:
        if toy.price > 50:
            raise TooDear
        return self.store.create(toy)

    @allow_for_every_user
    @allow_get
    @count_of("")
    def get_toys(self, query: PostQueryOperations) -> Many[Toy]:
        return self.store.get_all(Toy, query)

    @allow_for_every_user
    def get_toy(self, argument: Id) -> One[Toy]:
        return self.store.get_by_id(Toy, argument.id)

    @allow_for_every_user
    def update_toy(self, toy: Toy) -> None:
        self.store.update(toy)

    @allow_for_user_roles("admin")
    def delete_toys(self) -> None:
        self.store.delete_all(Toy)

    @allow_for_every_user
    def create_two_toys(self, toy: Toy) -> None:
        self.store.create(Toy(name="first", price=2.0))
        self.store.create(toy)

    @allow_for_cluster_internal
    def get_total(self) -> One[Total]:
        return One(Total(total=sum(toy.price for toy in self.store.get_all(Toy))), {"currency": "EUR"})

    @allow_for_every_user
    def break_down(self) -> None:
        raise ZeroDivisionError("toys all over the floor")


class UserAccountService(Service, UserService):
    def user_id_of(self, subject: str) -> str | None:
        return {"ann": "1", "ben": "2"}.get(subject)


class WishService(CrudEntityService):
    @allow_for_own_resources("user_account_id")
    def create_wish(self, wish: Wish) -> One[Wish]:
        return self.store.create(wish)

    @allow_for_own_resources("user_account_id")
    def get_wishes(self) -> Many[Wish]:
        return self.store.get_all(Wish)

    @allow_for_own_resources("user_account_id")
    def delete_wish(self, argument: Id) -> None:
        self.store.delete_by_id(Wish, argument.id)


class Greeting(Argument):
    name: Annotated[str, is_ascii]


class Greet(ServiceFunction):
    service = "toyService"
    authorization = allow_for_every_user

    def execute(self, argument: Greeting) -> One[Total]:
        return One(Total(total=len(argument.name)))


IN_MEMORY = {Store: FakeStore()}


@pytest.fixture
def client() -> Client:
    return Client(ToyService(FakeStore()))


def test_a_function_is_called_by_its_wire_name_its_method_and_its_class(client: Client) -> None:
    by_name = client.call("toyService.createToy", {"name": "bear", "price": 4.5})
    assert (by_name.status, by_name.data) == (200, {"_id": "1", "name": "bear", "price": 4.5, "version": 1})
    assert client.call(ToyService.get_toy, {"_id": "1"}).data == by_name.data
    assert client.call(ToyService(FakeStore()).get_toy, {"_id": "1"}).data == by_name.data
    assert Client(Greet, replace={Store: FakeStore()}).call(Greet, {"name": "Ann"}).data == {"total": 3}


def test_an_unknown_method_is_told_and_an_unknown_name_is_answered(client: Client) -> None:
    with pytest.raises(LookupError, match=r"WishService.get_wishes is no function that can be called"):
        client.call(WishService.get_wishes)
    assert client.call("toyService.getNothing").error_code == "error.9"
    assert client.call("nothingService.getToys").error_code == "error.8"


def test_violations_and_service_errors_are_answered_as_callers_see_them(client: Client) -> None:
    wrong = client.call(ToyService.create_toy, {"name": "", "price": -1, "colour": "red"})
    assert (wrong.status, wrong.error_code) == (400, "error.5")
    assert wrong.message is not None
    assert wrong.message.startswith("Invalid argument: property colour should not exist, name ")
    assert client.call(ToyService.create_toy, b"{").error_code == "error.5"
    dear = client.call(ToyService.create_toy, {"name": "bear", "price": 51})
    assert (dear.status, dear.error_code, dear.message) == (409, "toyService.7", "The toy is too dear")
    with pytest.raises(AssertionError, match=r"toyService\.7"):
        _ = dear.data


def test_metadata_headers_and_empty_answers_can_be_looked_at(client: Client) -> None:
    reply = client.call(ToyService.get_total, principal=internal())
    assert (reply.data, reply.metadata) == ({"total": 0}, {"currency": "EUR"})
    created = client.call(ToyService.create_toy, {"name": "bear"}, headers={"X-Request-Id": "r1"})
    assert (created.headers["etag"], created.headers["x-request-id"]) == ('"1"', "r1")
    updated = client.call(ToyService.update_toy, {"_id": "1", "price": 2})
    assert (updated.status, updated.json, updated.data, updated.metadata) == (200, None, None, {})
    assert (updated.error_code, updated.message) == (None, None)


def test_get_is_allowed_where_the_function_allows_it(client: Client) -> None:
    assert client.call(ToyService.get_toys, {}, method="GET").data == []
    assert client.call(ToyService.get_toy, {"_id": "1"}, method="GET").error_code == "error.15"


def test_who_calls_decides_what_is_allowed(client: Client) -> None:
    assert client.call(ToyService.delete_toys).error_code == "error.17"
    assert client.call(ToyService.delete_toys, principal=user("ann")).error_code == "error.6"
    assert client.call(ToyService.delete_toys, principal=user("ann", roles={"admin"})).status == 200
    assert client.call(ToyService.get_total, principal=user("ann", roles={"admin"})).error_code == "error.6"
    assert Client(ToyService(FakeStore()), principal=internal()).call(ToyService.get_total).status == 200
    assert user("ann", tenant="a").claims == {"sub": "ann", "tenant": "a"}
    assert anonymous is None


@pytest.mark.parametrize(("environment", "code"), [("test", None), ("production", "error.6")])
def test_functions_for_tests_are_there_outside_production(environment: str, code: str | None) -> None:
    class OnlyService(Service):
        @allow_for_tests
        def delete_everything(self) -> None:
            """Nothing to delete."""

    with override_settings(BACKK={"ENVIRONMENT": environment}):
        assert (
            Client(OnlyService, replace=IN_MEMORY, principal=user("ann")).call(OnlyService.delete_everything).error_code
            == code
        )


def test_own_resources_are_the_callers(client: Client) -> None:
    store = FakeStore()
    ann, ben, carl = (
        Client(WishService, UserAccountService, replace={Store: store}, principal=user(subject))
        for subject in ("ann", "ben", "carl")
    )
    assert ann.call(WishService.create_wish, {"text": "bear", "userAccountId": "1"}).data["userAccountId"] == "1"
    assert ben.call(WishService.create_wish, {"text": "duck", "userAccountId": "1"}).error_code == "error.6"
    ben.call(WishService.create_wish, {"text": "duck", "userAccountId": "2"})
    assert [wish["text"] for wish in ann.call(WishService.get_wishes).data] == ["bear"]
    assert ben.call(WishService.delete_wish, {"_id": "1"}).message == "Wish with _id 1 not found"
    assert carl.call(WishService.get_wishes).error_code == "error.6"


def test_a_failed_call_leaves_nothing_in_the_fake_store() -> None:
    store = FakeStore()
    client = Client(ToyService(store))
    assert client.call(ToyService.create_two_toys, {"name": "first"}).error_code == "error.3"
    assert store.count(Toy) == 0
    assert client.call(ToyService.create_two_toys, {"name": "second"}).status == 200
    assert store.count(Toy) == 2


def test_what_a_function_did_not_mean_to_raise_is_raised_in_the_test(client: Client) -> None:
    with pytest.raises(ZeroDivisionError, match="all over the floor"):
        client.call(ToyService.break_down)
    assert client.call(ToyService.get_toys, {}).status == 200


def test_the_fake_store_says_what_only_a_database_answers() -> None:
    class ListService(CrudEntityService):
        @allow_for_every_user
        @page_steps_only
        def get_toys(self, query: PostQueryOperations) -> Many[Toy]:
            return self.store.get_all(Toy, query)

        @allow_for_every_user
        def count_toys(self) -> None:
            self.store.count(Toy, sql("price > :low", low=1))

        @allow_for_every_user
        def find_toys(self) -> Many[Toy]:
            return self.store.get_all(Toy, None, UserDefinedFilter(field_name="name", operator="=", value="bear"))

    client = Client(ListService(FakeStore()))
    for name in ("getToys", "countToys", "findToys"):
        with pytest.raises(Unanswerable, match="needs a database: run this test with DatabaseStore"):
            client.call(f"listService.{name}")


def test_wrong_declarations_and_missing_dependencies_are_told_when_the_client_is_made() -> None:
    class Needy(Service):
        def __init__(self, toys: ToyService) -> None:
            self.toys = toys

        @allow_for_every_user
        def count_toys(self) -> None:
            """Count."""

    class Wrong(Service):
        @allow_for_every_user
        def guess(self, anything) -> None:  # type: ignore[no-untyped-def]
            """Guess."""

    with pytest.raises(ImproperlyConfigured, match="ToyService is asked for"):
        Client(Needy)
    assert Client(Needy, ToyService(FakeStore())).call(Needy.count_toys).status == 200
    assert Client(Needy, replace={ToyService: ToyService(FakeStore())}).call(Needy.count_toys).status == 200
    with pytest.raises(ImproperlyConfigured, match=r"Wrong\.guess takes anything"):
        Client(Wrong)


def test_the_whole_project_and_a_pipeline_can_be_called() -> None:
    assert Client().call("nothingService.getNothing").error_code == "error.8"
    assert Client(build_pipeline()).call("nothingService.getNothing").error_code == "error.8"


def test_services_are_tested_without_a_client_too() -> None:
    service = ToyService(FakeStore(Toy(name="bear")))
    assert service.get_toys(PostQueryOperations()).data[0].name == "bear"
    with pytest.raises(DuplicateEntity):
        service.create_toy(Toy(name="bear"))


def test_the_fake_store_keeps_conditional_and_computed_constraints() -> None:
    class Part(Entity):
        code = read_write(models.CharField(max_length=8, null=True))
        is_old = read_write(models.BooleanField(default=False))
        size = read_write(models.IntegerField(default=1))

        class Meta:
            app_label = "declaring"
            apps = Apps(["tests.apps.declaring"])
            constraints = [
                models.UniqueConstraint(fields=["code"], condition=Q(is_old=False), name="current_code"),
                models.UniqueConstraint(Lower("code"), "size", name="lower_code"),
                models.CheckConstraint(condition=Q(size__lt=9) | Q(is_old=True), name="size"),
            ]

    store = FakeStore(Part(code="a"), Part(code="a", size=2, is_old=True), Part(code=None), Part(code=None))
    for taken in (Part(code="a", size=3), Part(code="A", size=1)):
        with pytest.raises(DuplicateEntity):
            store.create(taken)
    store.create(Part(code="b", size=9, is_old=True))
    with pytest.raises(IntegrityError, match="size"):
        store.create(Part(code="c", size=9))


@pytest.fixture(scope="module", params=KINDS)
def database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), database_with(request.param, f"testing_{request.param}", (Toy,)) as db:
        yield db


def test_a_client_answers_the_same_with_a_database(database: Any, client: Client, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), override_settings(BACKK={"DATABASE": database.alias, "ENVIRONMENT": "test"}):
        delete_rows(database, (Toy,))
        real = Client(ToyService(DatabaseStore()))
        for name in ("bear", "duck", "bear"):
            theirs, ours = (each.call(ToyService.create_toy, {"name": name}) for each in (real, client))
            assert (theirs.status, theirs.message) == (ours.status, ours.message)
        page = {"sortBys": [{"fieldName": "name", "sortDirection": "DESC"}], "includeResponseFields": ["name"]}
        assert real.call(ToyService.get_toys, page).json == client.call(ToyService.get_toys, page).json
        assert real.call(ToyService.get_toys, page).data == [
            {"name": "duck", "_count": 2},
            {"name": "bear", "_count": 2},
        ]
        assert real.call(ToyService.create_two_toys, {"name": "first"}).error_code == "error.3"
        assert len(real.call(ToyService.get_toys, {}).data) == 2
