"""The contract that every store keeps: the one in memory, and the database's on each database."""

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, models
from django.db.models import F, ProtectedError, Q
from django.test import override_settings

from backk_core import (
    Account,
    DuplicateEntity,
    EntityNotFound,
    InvalidArgument,
    Pagination,
    PostQueryOperations,
    ResponseFields,
    SortBy,
    Store,
    TimestampConflict,
    VersionConflict,
    between,
    is_any_string,
    min_length,
    private,
    read_only,
    read_write,
)
from backk_core.execute.store import DatabaseStore
from backk_core.models import Entity, HasLastModifiedTimestamp, HasVersion, TimestampField, array_of, changes_to
from backk_core.testing import FakeStore, Unanswerable
from tests.tables import KINDS, database_with, delete_rows

APPS = Apps(["tests.apps.stores"])


class Shelf(Entity):
    label = read_write(models.CharField(max_length=16, validators=[is_any_string]))

    class Meta:
        app_label = "stores"
        apps = APPS


class Book(Entity, HasVersion):
    title = read_write(models.CharField(max_length=64, unique=True, validators=[is_any_string, min_length(1)]))
    subtitle = read_write(models.CharField(max_length=64, null=True, validators=[is_any_string]))
    pages = read_write(models.IntegerField(default=1, validators=[between(1, 10_000)]))
    price = read_write(
        models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0), validators=[between(0, 9999)])
    )
    weight = read_write(models.FloatField(null=True, validators=[between(0, 100)]))
    is_lent = read_write(models.BooleanField(default=False))
    isbn = read_write(models.UUIDField(null=True, unique=True))
    published_at = read_write(TimestampField(null=True))
    tags = read_write(array_of(models.CharField(max_length=8, validators=[is_any_string]), max=5))
    secret = private(models.CharField(max_length=8, default="hidden"))
    shelf = read_write(models.ForeignKey(Shelf, null=True, on_delete=models.CASCADE))

    class Meta:
        app_label = "stores"
        apps = APPS
        constraints = [models.UniqueConstraint(fields=["subtitle", "pages"], name="stores_book_edition")]


class Loan(Entity, HasLastModifiedTimestamp):
    book = read_write(models.ForeignKey(Book, on_delete=models.PROTECT))
    version = read_only(models.IntegerField(default=7, validators=[between(0, 10)]))

    class Meta:
        app_label = "stores"
        apps = APPS


ENTITIES = (Shelf, Book, Loan)


@pytest.fixture(scope="module", params=["memory", *KINDS])
def kept_in(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Any]:
    if request.param == "memory":
        yield None
    else:
        with django_db_blocker.unblock(), database_with(request.param, f"stores_{request.param}", ENTITIES) as db:
            yield db


@pytest.fixture
def store(kept_in: Any, django_db_blocker: Any) -> Iterator[Store]:
    if kept_in is None:
        yield FakeStore()
    else:
        with django_db_blocker.unblock(), override_settings(BACKK={"DATABASE": kept_in.alias, "ENVIRONMENT": "test"}):
            delete_rows(kept_in, ENTITIES)
            yield DatabaseStore()


def titles(books: Any) -> list[str]:
    return [book.title for book in books]


def make(store: Store, *titles: str, **values: Any) -> list[Book]:
    return [store.create(Book(title=title, **values)).data for title in titles]


# create


def test_a_created_entity_has_an_id_and_is_found_by_it(store: Store) -> None:
    (book,) = make(store, "Emma")
    assert isinstance(book.pk, int)
    assert not book._state.adding
    assert store.get_by_id(Book, book.pk).data.title == "Emma"
    assert store.get_by_id(Book, str(book.pk)).data == book


def test_ids_grow(store: Store) -> None:
    first, second = make(store, "Emma", "Persuasion")
    assert second.pk > first.pk


def test_a_given_id_is_kept_and_the_next_one_is_another(store: Store) -> None:
    book = store.create(Book(id=9_000_001, title="Emma")).data
    assert book.pk == 9_000_001
    assert store.get_by_id(Book, 9_000_001).data.title == "Emma"
    with pytest.raises(DuplicateEntity):
        store.create(Book(id=9_000_001, title="Persuasion"))


def test_every_value_comes_back_as_it_was_given(store: Store) -> None:
    isbn = uuid.uuid4()
    moment = datetime.datetime(2024, 2, 29, 12, 30, 15, 123_456, tzinfo=datetime.UTC)
    given = {
        "title": "Émile 🙂",
        "pages": 3,
        "price": Decimal("12.50"),
        "weight": 0.1,
        "is_lent": True,
        "isbn": isbn,
        "tags": ["a", "b,c", 'd"e', ""],
        "secret": "s",
    }
    created = store.create(Book(**given, published_at=moment)).data
    book = store.get_by_id(Book, created.pk).data
    assert {name: getattr(book, name) for name in given} == given
    assert book.published_at == moment.replace(microsecond=123_000)
    assert (book.subtitle, book.version) == (None, 1)


def test_changing_what_was_read_does_not_change_what_is_kept(store: Store) -> None:
    (book,) = make(store, "Emma", tags=["a"])
    read = store.get_by_id(Book, book.pk).data
    read.tags.append("b")
    read.title = "Persuasion"
    book.tags.append("c")
    again = store.get_by_id(Book, book.pk).data
    assert (again.title, again.tags) == ("Emma", ["a"])


def test_a_taken_unique_value_is_refused_and_a_null_is_never_taken(store: Store) -> None:
    make(store, "Emma", "Persuasion")
    with pytest.raises(DuplicateEntity, match="Duplicate book"):
        make(store, "Emma")
    assert store.count(Book) == 2


def test_values_that_are_unique_together_are_refused_together(store: Store) -> None:
    make(store, "One", subtitle="a", pages=1)
    make(store, "Two", subtitle="a", pages=2)
    make(store, "Three", "Four", subtitle=None, pages=1)
    with pytest.raises(DuplicateEntity):
        make(store, "Five", subtitle="a", pages=1)


def test_a_value_out_of_its_bounds_or_missing_is_refused(store: Store) -> None:
    for wrong in ({"pages": 0}, {"price": Decimal(-1)}, {"weight": 100.5}, {"title": ""}, {"title": None}):
        with pytest.raises(IntegrityError):
            store.create(Book(**{"title": "Emma", **wrong}))
    assert store.count(Book) == 0


def test_many_are_created_or_none(store: Store) -> None:
    created = store.create_many([Book(title="Emma"), Book(title="Persuasion")]).data
    assert titles(store.get_by_ids(Book, [book.pk for book in created])) == ["Emma", "Persuasion"]
    with pytest.raises(DuplicateEntity):
        store.create_many([Book(title="Sanditon"), Book(title="Emma")])
    assert store.count(Book) == 2
    assert store.create_many([]).data == []


# read


def test_all_are_read_in_order_of_their_ids(store: Store) -> None:
    make(store, "b", "a", "c")
    assert titles(store.get_all(Book)) == ["b", "a", "c"]


def test_a_query_pages_and_defaults_to_the_first_fifty(store: Store) -> None:
    store.create_many([Book(title=f"{number:03}") for number in range(60)])
    assert len(store.get_all(Book)) == 60
    assert len(store.get_all(Book, PostQueryOperations())) == 50
    page = PostQueryOperations(paginations=[Pagination(page_number=3, page_size=7)])
    assert titles(store.get_all(Book, page)) == [f"{number:03}" for number in range(14, 21)]
    last = PostQueryOperations(paginations=[Pagination(page_number=100, page_size=100)])
    assert titles(store.get_all(Book, last)) == []


def test_texts_are_sorted_by_code_point_and_nulls_come_first_ascending(store: Store) -> None:
    for title, subtitle in (("1", "b"), ("2", None), ("3", "B"), ("4", "é"), ("5", "🙂"), ("6", "a"), ("7", "\uffff")):
        make(store, title, subtitle=subtitle)
    ascending = PostQueryOperations(sort_bys=[SortBy(field_name="subtitle")])
    descending = PostQueryOperations(sort_bys=[SortBy(field_name="subtitle", sort_direction="DESC")])
    assert titles(store.get_all(Book, ascending)) == ["2", "3", "6", "1", "4", "7", "5"]
    assert titles(store.get_all(Book, descending)) == ["5", "7", "4", "1", "6", "3", "2"]


def test_what_is_equal_in_the_first_order_is_sorted_by_the_second_and_then_by_id(store: Store) -> None:
    for title, pages in (("a", 2), ("b", 1), ("c", 2), ("d", 1)):
        make(store, title, pages=pages, price=Decimal(1))
    sort_bys = [SortBy(field_name="pages"), SortBy(field_name="title", sort_direction="DESC")]
    assert titles(store.get_all(Book, PostQueryOperations(sort_bys=sort_bys))) == ["d", "b", "c", "a"]
    by_pages = PostQueryOperations(sort_bys=[SortBy(field_name="pages", sort_direction="DESC")])
    assert titles(store.get_all(Book, by_pages)) == ["a", "c", "b", "d"]


def test_an_unknown_or_private_field_cannot_be_asked_for_or_sorted_by(store: Store) -> None:
    make(store, "Emma")
    for name in ("secret", "nothing"):
        with pytest.raises(InvalidArgument, match=name):
            store.get_all(Book, PostQueryOperations(sort_bys=[SortBy(field_name=name)]))
        with pytest.raises(InvalidArgument, match=name):
            store.get_all(Book, ResponseFields(include_response_fields=[name]))


def test_an_entity_read_for_a_few_fields_still_knows_its_id_and_the_rest(store: Store) -> None:
    (book,) = make(store, "Emma", pages=5)
    (read,) = store.get_all(Book, ResponseFields(include_response_fields=["title"])).data
    assert (read.pk, read.title) == (book.pk, "Emma")


def test_a_foreign_key_leads_to_the_entity_that_it_names(store: Store) -> None:
    left, right = (store.create(Shelf(label=label)).data for label in ("left", "right"))
    (book,) = make(store, "Emma", shelf=left)
    read = store.get_by_id(Book, book.pk).data
    assert read.shelf == left
    read.shelf = right
    store.update(read)
    assert store.get_by_id(Book, book.pk).data.shelf.label == "right"
    (lonely,) = make(store, "Persuasion")
    assert store.get_by_id(Book, lonely.pk).data.shelf is None


def test_an_absent_entity_is_not_found_or_made_up(store: Store) -> None:
    for nobody in (404_404, "404404", "abc", "", "01", "-1", 2**63, str(2**80)):
        with pytest.raises(EntityNotFound, match=f"Book with _id {nobody} not found"):
            store.get_by_id(Book, nobody)
    assert store.get_by_id(Book, 404_404, if_not_found=lambda: Book(title="made up")).data.title == "made up"


def test_of_several_ids_those_that_exist_are_answered_once_and_in_order(store: Store) -> None:
    first, second = make(store, "Emma", "Persuasion")
    assert titles(store.get_by_ids(Book, [second.pk, str(first.pk), first.pk, "nonsense", 404_404])) == [
        "Emma",
        "Persuasion",
    ]
    assert titles(store.get_by_ids(Book, [])) == []


def test_the_first_is_that_of_the_order(store: Store) -> None:
    make(store, "b", "a")
    assert store.get_first(Book).data.title == "b"
    assert store.get_first(Book, PostQueryOperations(sort_bys=[SortBy(field_name="title")])).data.title == "a"
    with pytest.raises(EntityNotFound, match="Book not found"):
        store.get_first(Book, None, Q(title="c"))


def test_rows_are_counted(store: Store) -> None:
    make(store, "a", "b")
    make(store, "c", is_lent=True)
    assert (store.count(Book), store.count(Book, Q(is_lent=True)), store.count(Shelf)) == (3, 1, 0)


# filters


@pytest.fixture
def library(store: Store) -> Store:
    shelf = store.create(Shelf(label="left")).data
    moment = datetime.datetime(2024, 2, 29, 12, 30, 15, tzinfo=datetime.UTC)
    store.create_many(
        [
            Book(title="Emma", subtitle="A Novel", pages=3, price=Decimal("9.99"), weight=0.5, shelf=shelf),
            Book(title="emmA", subtitle=None, pages=5, price=Decimal("1.50"), is_lent=True, published_at=moment),
            Book(title="100%_\\", subtitle="novel", pages=7, weight=2.0, shelf=shelf, published_at=moment),
            Book(title="Ω", subtitle="", pages=7, isbn=uuid.UUID(int=1)),
        ]
    )
    return store


FILTERS: list[tuple[Q, list[int]]] = [
    (Q(), [1, 2, 3, 4]),
    (Q(title="Emma"), [1]),
    (Q(title__exact="emma"), []),
    (Q(title__iexact="EMMA"), [1, 2]),
    (Q(title__in=["Emma", "Ω", None]), [1, 4]),
    (Q(title__in=[]), []),
    (Q(title__contains="mm"), [1, 2]),
    (Q(title__contains="MM"), []),
    (Q(title__icontains="MM"), [1, 2]),
    (Q(title__startswith="E"), [1]),
    (Q(title__istartswith="E"), [1, 2]),
    (Q(title__endswith="a"), [1]),
    (Q(title__iendswith="MA"), [1, 2]),
    (Q(title__icontains="ω"), [4]),
    (Q(title__iexact="ω"), [4]),
    (Q(title__contains="ω"), []),
    (Q(title__contains="%"), [3]),
    (Q(title__contains="[E]"), []),
    (Q(title__contains="*"), []),
    (Q(title__contains="_"), [3]),
    (Q(title__endswith="\\"), [3]),
    (Q(title__contains=""), [1, 2, 3, 4]),
    (Q(subtitle__startswith=""), [1, 3, 4]),
    (Q(title__regex="^[A-Z]mma$"), [1]),
    (Q(title__iregex="^emma$"), [1, 2]),
    (Q(subtitle=None), [2]),
    (Q(subtitle__isnull=True), [2]),
    (Q(subtitle__isnull=False), [1, 3, 4]),
    (Q(subtitle=""), [4]),
    (~Q(subtitle="novel"), [1, 2, 4]),
    (~Q(subtitle__in=["novel", ""]), [1, 2]),
    (~Q(subtitle__contains="ovel"), [2, 4]),
    (~Q(subtitle=None), [1, 3, 4]),
    (Q(pages__gt=5), [3, 4]),
    (Q(pages__gte=5), [2, 3, 4]),
    (Q(pages__lt=5), [1]),
    (Q(pages__lte=5), [1, 2]),
    (Q(pages__range=(4, 7)), [2, 3, 4]),
    (Q(pages="5"), [2]),
    (Q(price=Decimal("1.5")), [2]),
    (Q(price__gt=Decimal("1.50")), [1]),
    (Q(weight__lt=1), [1]),
    (~Q(weight__lt=1), [2, 3, 4]),
    (Q(is_lent=True), [2]),
    (Q(isbn=uuid.UUID(int=1)), [4]),
    (Q(isbn__in=[str(uuid.UUID(int=1))]), [4]),
    (Q(published_at=datetime.datetime(2024, 2, 29, 12, 30, 15, tzinfo=datetime.UTC)), [2, 3]),
    (Q(published_at__lt=datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)), []),
    (Q(published_at__year=2024, published_at__month__lte=2, published_at__day=29), [2, 3]),
    (Q(published_at__date=datetime.date(2024, 2, 29)), [2, 3]),
    (Q(published_at__week_day=5), [2, 3]),
    (Q(published_at__hour=12, published_at__minute=30), [2, 3]),
    (Q(shelf__label="left"), [1, 3]),
    (Q(shelf__label__startswith="l", pages__gt=3), [3]),
    (Q(shelf=None), [2, 4]),
    (Q(shelf__isnull=False), [1, 3]),
    (Q(pages__gt=F("version")), [1, 2, 3, 4]),
    (Q(title="Emma") | Q(pages=7), [1, 3, 4]),
    (Q(title="Emma") & Q(pages=7), []),
    (~(Q(title="Emma") | Q(pages=7)), [2]),
    (Q(title="Emma") ^ Q(pages=3), []),
    (Q(title="Emma") ^ Q(pages=7), [1, 3, 4]),
    (Q(subtitle="novel") ^ Q(pages=7) ^ Q(is_lent=False), [1, 3]),
    (Q(secret="hidden"), [1, 2, 3, 4]),
]


@pytest.mark.parametrize(("condition", "expected"), FILTERS, ids=[str(condition) for condition, _ in FILTERS])
def test_a_filter_finds_the_same_rows_in_every_store(library: Store, condition: Q, expected: list[int]) -> None:
    numbers = {book.pk: number for number, book in enumerate(library.get_all(Book), 1)}
    found = library.get_all(Book, None, condition)
    assert [numbers[book.pk] for book in found] == expected
    assert library.count(Book, condition) == len(expected)


def test_ids_and_keys_can_be_compared_as_texts_and_nonsense_is_nobody(library: Store) -> None:
    book = library.get_first(Book).data
    for condition in (Q(pk=book.pk), Q(id=str(book.pk)), Q(pk__in=[book.pk]), Q(shelf=book.shelf, pages=3)):
        assert titles(library.get_all(Book, None, condition)) == ["Emma"]
    assert library.count(Book, Q(id="nobody")) == 0


def test_several_filters_are_joined_by_and(library: Store) -> None:
    assert titles(library.get_all(Book, None, Q(title__icontains="emma"), Q(pages=5))) == ["emmA"]


def test_memory_says_what_it_cannot_answer() -> None:
    store = FakeStore(Book(title="Emma"))
    for condition in (Q(loan__version=1), Q(title__search="a"), Q(title__unaccent="a"), Q(nothing=1)):
        with pytest.raises(Unanswerable, match="needs a database"):
            store.get_all(Book, None, condition)


# update


def test_an_update_writes_what_is_set_and_nothing_else(store: Store) -> None:
    (book,) = make(store, "Emma", pages=5, subtitle="A Novel")
    change = store.get_by_id(Book, book.pk).data
    change.title = "Persuasion"
    for name in list(change.__dict__):
        if name not in ("_state", "id", "title"):
            del change.__dict__[name]
    store.update(change)
    again = store.get_by_id(Book, book.pk).data
    assert (again.title, again.pages, again.subtitle, again.version) == ("Persuasion", 5, "A Novel", 2)


def test_moments_are_kept_to_the_millisecond_however_they_are_written(store: Store) -> None:
    (book,) = make(store, "Emma")
    moment = datetime.datetime(2024, 1, 1, 0, 0, 0, 999_999, tzinfo=datetime.UTC)
    book.published_at = moment
    store.update(book)
    assert store.get_by_id(Book, book.pk).data.published_at == moment.replace(microsecond=999_000)
    store.update_all(Book, {"published_at": moment.replace(microsecond=1_999)})
    assert store.get_by_id(Book, book.pk).data.published_at == moment.replace(microsecond=1_000)
    assert store.count(Book, Q(published_at=moment.replace(microsecond=1_999))) == 1


def test_a_null_that_is_set_is_written(store: Store) -> None:
    (book,) = make(store, "Emma", subtitle="A Novel", weight=1.0)
    book.subtitle = book.weight = None
    store.update(book)
    again = store.get_by_id(Book, book.pk).data
    assert (again.subtitle, again.weight) == (None, None)


def test_a_stale_version_is_refused_and_minus_one_is_never_stale(store: Store) -> None:
    (book,) = make(store, "Emma")
    store.update(book)
    with pytest.raises(VersionConflict):
        store.update(book)
    book.version = -1
    store.update(book)
    assert store.get_by_id(Book, book.pk).data.version == 3


def test_a_stale_modification_time_is_refused(store: Store) -> None:
    (book,) = make(store, "Emma")
    long_ago = datetime.datetime(2020, 1, 1, 0, 0, 0, 1_234, tzinfo=datetime.UTC)
    loan = store.create(Loan(book=book, last_modified_timestamp=long_ago)).data
    fresh = store.get_by_id(Loan, loan.pk).data
    store.update(fresh)
    with pytest.raises(TimestampConflict):
        store.update(fresh)
    assert store.get_by_id(Loan, loan.pk).data.last_modified_timestamp > long_ago


def test_a_modification_time_that_was_read_is_never_stale(store: Store) -> None:
    (book,) = make(store, "Emma")
    loan = store.create(Loan(book=book)).data
    for _ in range(3):
        store.update(store.get_by_id(Loan, loan.pk).data)


def test_a_field_named_version_is_written_where_the_entity_has_no_versions(store: Store) -> None:
    (book,) = make(store, "Emma")
    loan = store.create(Loan(book=book)).data
    loan.version = 3
    store.update(loan)
    assert store.get_by_id(Loan, loan.pk).data.version == 3


def test_an_update_cannot_take_a_unique_value(store: Store) -> None:
    make(store, "Emma")
    (book,) = make(store, "Persuasion")
    book.title = "Emma"
    with pytest.raises(DuplicateEntity):
        store.update(book)


def test_an_absent_entity_cannot_be_updated(store: Store) -> None:
    with pytest.raises(EntityNotFound, match="Book with _id 404404 not found"):
        store.update(changes_to(Book, 404_404, title="Emma"))


def test_changes_are_written_and_what_is_not_among_them_stays(store: Store) -> None:
    (book,) = make(store, "Emma")
    before = store.get_by_id(Book, book.pk).data
    store.update(changes_to(Book, str(book.pk), title="Persuasion"))
    after = store.get_by_id(Book, book.pk).data
    assert after.title == "Persuasion"
    unchanged = {"title", "version", "last_modified_timestamp"}
    for field in Book._meta.concrete_fields:
        if field.attname not in unchanged:
            assert getattr(after, field.attname) == getattr(before, field.attname)


def test_changes_to_a_field_that_is_none_are_refused() -> None:
    with pytest.raises(TypeError, match="no field titel; it has"):
        changes_to(Book, 1, titel="Emma")


def test_an_entity_whose_every_field_has_a_default_is_no_update(store: Store) -> None:
    (book,) = make(store, "Emma")
    with pytest.raises(ValueError, match=r"store\.update\(changes_to\(Book, id, …\)\)"):
        store.update(Book(id=book.pk, title="Persuasion"))


def test_many_are_updated_by_filters(store: Store) -> None:
    make(store, "a", "b", pages=3)
    make(store, "c")
    assert store.update_all(Book, {"is_lent": True, "price": Decimal(2)}, Q(pages=3)) == 2
    assert [(b.title, b.is_lent, b.price, b.version) for b in store.get_all(Book)] == [
        ("a", True, Decimal("2.00"), 2),
        ("b", True, Decimal("2.00"), 2),
        ("c", False, Decimal("0.00"), 1),
    ]


def test_versions_and_modification_times_may_be_set_for_many(store: Store) -> None:
    (book,) = make(store, "a")
    assert store.update_all(Book, {"version": 9}) == 1
    assert store.get_by_id(Book, book.pk).data.version == 9
    loan = store.create(Loan(book=book)).data
    moment = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    store.update_all(Loan, {"last_modified_timestamp": moment})
    assert store.get_by_id(Loan, loan.pk).data.last_modified_timestamp == moment


def test_updating_nothing_changes_nothing(store: Store) -> None:
    store.create(Shelf(label="left"))
    assert store.update_all(Shelf, {}) == 1
    assert store.update_all(Shelf, {"label": "right"}, Q(label="none")) == 0
    assert store.get_first(Shelf).data.label == "left"


def test_only_stored_fields_can_be_updated(store: Store) -> None:
    for name in ("id", "nothing"):
        with pytest.raises(ValueError, match=name):
            store.update_all(Book, {name: 1})


# delete


def test_a_deleted_entity_is_gone(store: Store) -> None:
    first, second = make(store, "a", "b")
    store.delete_by_id(Book, str(first.pk))
    assert titles(store.get_all(Book)) == ["b"]
    for nobody in (first.pk, "nonsense"):
        with pytest.raises(EntityNotFound):
            store.delete_by_id(Book, nobody)
    assert store.delete_by_ids(Book, [first.pk, second.pk, "nonsense"]) == 1
    assert store.delete_by_ids(Book, []) == 0


def test_all_that_pass_the_filters_are_deleted(store: Store) -> None:
    make(store, "a", "b", pages=3)
    make(store, "c")
    assert store.delete_all(Book, Q(pages=3)) == 2
    assert titles(store.get_all(Book)) == ["c"]
    assert store.delete_all(Book) == 1


def test_what_refers_to_a_deleted_entity_goes_with_it_or_protects_it(store: Store) -> None:
    shelf = store.create(Shelf(label="left")).data
    kept, _ = make(store, "a", "b", shelf=shelf)
    loan = store.create(Loan(book=kept)).data
    with pytest.raises(ProtectedError):
        store.delete_by_id(Shelf, shelf.pk)
    assert (store.count(Shelf), store.count(Book)) == (1, 2)
    store.delete_by_id(Loan, loan.pk)
    store.delete_by_id(Shelf, shelf.pk)
    assert (store.count(Shelf), store.count(Book)) == (0, 0)


# transactions


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    (book,) = make(store, "Emma")

    def fail() -> None:
        with store.transaction():
            make(store, "Persuasion")
            store.update_all(Book, {"pages": 9})
            store.delete_by_id(Book, book.pk)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert [(b.title, b.pages, b.version) for b in store.get_all(Book)] == [("Emma", 1, 1)]


def test_a_failed_inner_transaction_leaves_what_the_outer_one_did(store: Store) -> None:
    with store.transaction():
        make(store, "Emma")
        with pytest.raises(DuplicateEntity), store.transaction():
            make(store, "Persuasion", "Emma")
    assert titles(store.get_all(Book)) == ["Emma"]


# accounts


def test_an_account_is_found_by_values_and_says_whether_it_is_locked(store: Store) -> None:
    emma, anne = make(store, "Emma", pages=3), make(store, "Anne", pages=3, is_lent=True)
    assert store.find_account(Book, title="Emma") == Account(emma[0].pk)
    assert store.find_account(Book, locked_by="is_lent", title="Emma") == Account(emma[0].pk, is_locked=False)
    assert store.find_account(Book, locked_by="is_lent", title="Anne", pages=3) == Account(anne[0].pk, is_locked=True)
    assert store.find_account(Book, locked_by="is_lent", title="Anne", pages=4) is None
    assert store.find_account(Book, title="Anne' OR '1'='1") is None
