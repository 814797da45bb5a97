from pathlib import Path

import pytest

from tests.declarations import HERE, Case, cases, problems_in


def entity_field(id: str, broken: str, hint: str, mended: str | None = None) -> Case:
    """A field of an entity; the mended line is the hint itself where none is given."""
    text = "class Thing(Entity):\n    {}\n\n    class Meta:\n        app_label = 'backk_core'\n"
    return Case(id, text.format(f"{broken}  {HERE}"), hint, text.format(mended or hint))


def argument_field(id: str, broken: str, hint: str, mended: str | None = None) -> Case:
    """A field of an argument."""
    text = (
        "class Wanted(Argument):\n    {}\n\nclass TagService(Service):\n    @allow_for_every_user\n"
        "    def find(self, wanted: Wanted) -> None: ...\n"
    )
    return Case(id, text.format(f"{broken}  {HERE}"), hint, text.format(mended or hint))


@cases(
    a_field_without_access_mode=entity_field(
        "E101",
        "price = models.IntegerField(validators=[between(0, 9)])",
        "price = read_write(models.IntegerField(validators=[between(0, 9)]))",
    ),
    a_transient_without_access_mode=entity_field(
        "E101",
        "token = transient(models.CharField(max_length=9, validators=[is_ascii]))",
        "token = read_write(transient(models.CharField(max_length=9, validators=[is_ascii])))",
    ),
    a_foreign_key_without_access_mode=entity_field(
        "E101",
        "tag = models.ForeignKey(Tag, models.CASCADE)",
        "tag = read_write(models.ForeignKey(Tag, models.CASCADE))",
    ),
    an_integer_column_without_range=entity_field(
        "E102",
        "price = read_write(models.IntegerField())",
        "price = read_write(models.IntegerField(validators=[between(0, 1000000)]))",
    ),
    a_read_only_number_without_range=entity_field(
        "E102",
        "likes = read_only(models.PositiveIntegerField(default=0))",
        "likes = read_only(models.PositiveIntegerField(default=0, validators=[between(0, 1000000)]))",
    ),
    a_float_with_one_bound=entity_field(
        "E102",
        "price = read_write(models.FloatField(validators=[min_value(0)]))",
        "price = read_write(models.FloatField(validators=[min_value(0), between(0, 1000000)]))",
    ),
    an_annotated_integer_without_range=argument_field(
        "E102", "count: int = 1", "count: Annotated[int, between(0, 1000000)] = 1"
    ),
    an_annotated_decimal_with_one_bound=argument_field(
        "E102",
        "price: Annotated[Decimal, min_value(0)]",
        "price: Annotated[Decimal, min_value(0), between(0, 1000000)]",
    ),
    an_array_of_integers_without_range=argument_field(
        "E102",
        "counts: Annotated[list[int], array_min_size(0), array_max_size(9), array_unique]",
        "counts: Annotated[list[int], array_min_size(0), array_max_size(9), array_unique, between(0, 1000000)]",
    ),
    json_that_may_be_sent=entity_field(
        "E103",
        "facts = read_write(models.JSONField())",
        "facts = private(models.JSONField())",
    ),
    bytes_that_may_be_sent=entity_field(
        "E103",
        "image = create_only(models.BinaryField())",
        "or register_field_kind(BinaryField, …)",
        "image = private(models.BinaryField())",
    ),
    anything_that_may_be_sent=argument_field("E103", "value: Any", "value: Annotated[Any, should_be_true(is_known)]"),
    an_annotation_that_no_call_can_carry=argument_field(
        "E103", "value: set[str]", "value: one of str, int,", "value: Annotated[str, max_length(9), is_ascii]"
    ),
    a_text_column_without_length=entity_field(
        "E104",
        "text = read_write(models.TextField(validators=[is_ascii]))",
        "text = read_write(models.TextField(validators=[is_ascii, max_length(64)]))",
    ),
    an_annotated_string_without_length=argument_field(
        "E104", "name: Annotated[str, is_ascii]", "name: Annotated[str, is_ascii, max_length(64)]"
    ),
    an_array_of_strings_without_length=entity_field(
        "E104",
        "names = read_write(array_of(models.TextField(validators=[is_ascii]), max=9))",
        "names = read_write(array_of(models.TextField(validators=[is_ascii, max_length(64)]), max=9))",
    ),
    a_string_column_that_may_be_anything=entity_field(
        "E105",
        "name = read_write(models.CharField(max_length=64))",
        "name = read_write(models.CharField(max_length=64, validators=[is_any_string]))",
    ),
    a_string_with_lengths_only=argument_field(
        "E105",
        "name: Annotated[str, min_length(1), max_length(64)]",
        "name: Annotated[str, min_length(1), max_length(64), is_any_string]",
    ),
    a_nullable_string_that_may_be_anything=argument_field(
        "E105",
        "name: Annotated[str | None, max_length(64)] = None",
        "name: Annotated[str | None, max_length(64), is_any_string] = None",
    ),
    an_array_column_without_size=entity_field(
        "E106",
        "counts = read_write(ArrayField(models.IntegerField(validators=[between(0, 9)])))",
        "counts = read_write(ArrayField(models.IntegerField(validators=[between(0, 9)]), max_size=100))",
    ),
    an_array_without_least_size=argument_field(
        "E106",
        "ids: Annotated[list[EntityId], array_max_size(9), array_unique]",
        "ids: Annotated[list[EntityId], array_max_size(9), array_unique, array_min_size(0)]",
    ),
    an_array_without_greatest_size=argument_field(
        "E106",
        "ids: Annotated[list[EntityId], array_unique] = []",
        "ids: Annotated[list[EntityId], array_unique, array_max_size(100)] = []",
        "ids: Annotated[list[EntityId], array_unique, array_max_size(100)] = []",
    ),
    a_map_without_size=argument_field(
        "E106",
        "notes: dict[Annotated[str, length(1, 9), is_ascii], Annotated[str, max_length(9), is_ascii]]",
        "map_max_size(100)]",
        "notes: Annotated[dict[Annotated[str, length(1, 9), is_ascii], EntityId], map_max_size(100)]",
    ),
    a_map_with_names_of_any_length=argument_field(
        "E104",
        "notes: Annotated[dict[Annotated[str, is_ascii], EntityId], map_max_size(9)]",
        "dict[Annotated[str, max_length(64), is_ascii], …]",
        "notes: Annotated[dict[Annotated[str, is_ascii, max_length(9)], EntityId], map_max_size(9)]",
    ),
    a_map_with_any_names=argument_field(
        "E105",
        "notes: Annotated[dict[Annotated[str, max_length(9)], EntityId], map_max_size(9)]",
        "dict[Annotated[str, max_length(64), is_ascii], …]",
        "notes: Annotated[dict[Annotated[str, max_length(9), is_ascii], EntityId], map_max_size(9)]",
    ),
    values_of_a_map_without_length=argument_field(
        "E104",
        "notes: Annotated[dict[Annotated[str, max_length(9), is_ascii], Annotated[str, is_ascii]], map_max_size(9)]",
        "max_length(64)",
        "notes: Annotated[dict[Annotated[str, max_length(9), is_ascii], Annotated[str, is_ascii, "
        "max_length(9)]], map_max_size(9)]",
    ),
    json_that_is_handed_on=argument_field(
        "E103", "value: msgspec.Raw", "value: Annotated[msgspec.Raw, should_be_true(is_known)]", "value: EntityId"
    ),
    an_array_that_may_or_may_not_repeat=argument_field(
        "E107",
        "ids: Annotated[list[EntityId], array_min_size(0), array_max_size(9)]",
        "ids: Annotated[list[EntityId], array_min_size(0), array_max_size(9), array_unique]",
    ),
    a_least_value_above_the_greatest=argument_field(
        "E108",
        "count: Annotated[int, min_value(5), max_value(4)]",
        "count: Annotated[int, min_value(5), max_value(4)]",
        "count: Annotated[int, min_value(4), max_value(5)]",
    ),
    a_range_between_two_integers=argument_field(
        "E108",
        "count: Annotated[int, between(0.2, 0.8)]",
        "with one range",
        "count: Annotated[int, between(0.2, 1.8)]",
    ),
    a_positive_number_up_to_zero=argument_field(
        "E108",
        "price: Annotated[float, is_positive, max_value(0)]",
        "with one range",
        "price: Annotated[float, is_positive, max_value(1)]",
    ),
    a_least_length_above_the_columns=entity_field(
        "E108",
        "name = read_write(models.CharField(max_length=4, validators=[is_ascii, min_length(5)]))",
        "with one range",
        "name = read_write(models.CharField(max_length=5, validators=[is_ascii, min_length(5)]))",
    ),
    a_first_day_after_the_last=argument_field(
        "E108",
        "day: Annotated[date, min_date(date(2030, 1, 2)), max_date(date(2030, 1, 1))]",
        "with one range",
        "day: Annotated[date, min_date(date(2030, 1, 1)), max_date(date(2030, 1, 1))]",
    ),
    months_in_the_wrong_order=argument_field(
        "E108",
        "day: Annotated[date, year_and_month_between('2030-02', '2030-01')]",
        "with one range",
        "day: Annotated[date, year_and_month_between('2030-01', '2030-01')]",
    ),
    values_that_another_rule_refuses=argument_field(
        "E108",
        "size: Annotated[str, is_in('S', 'M'), is_lowercase]",
        "without the rule that refuses them",
        "size: Annotated[str, is_in('s', 'm'), is_lowercase]",
    ),
    a_range_wider_than_the_column=entity_field(
        "E109",
        "price = read_write(models.SmallIntegerField(validators=[between(0, 40_000)]))",
        "with between(-32768, 32767)",
        "price = read_write(models.SmallIntegerField(validators=[between(0, 30_000)]))",
    ),
    a_range_wider_than_the_digits=entity_field(
        "E109",
        "price = read_write(models.DecimalField(max_digits=5, decimal_places=2, validators=[between(0, 9999)]))",
        "with between(-1000, 1000)",
        "price = read_write(models.DecimalField(max_digits=6, decimal_places=2, validators=[between(0, 9999)]))",
    ),
    a_string_longer_than_the_column=entity_field(
        "E109",
        "name = read_write(models.CharField(max_length=9, validators=[is_ascii, length(1, 10)]))",
        "with max_length(9)",
        "name = read_write(models.CharField(max_length=10, validators=[is_ascii, length(1, 10)]))",
    ),
    a_default_below_the_range=entity_field(
        "E110",
        "price = read_write(models.IntegerField(default=0, validators=[between(1, 9)]))",
        "with another default",
        "price = read_write(models.IntegerField(default=1, validators=[between(1, 9)]))",
    ),
    an_empty_default_that_is_refused=entity_field(
        "E110",
        "mail = read_write(models.EmailField(blank=True))",
        "mail = read_write(models.EmailField(null=True))",
    ),
    a_default_of_another_kind=argument_field(
        "E110", "is_new: bool = 'yes'", "with another default", "is_new: bool = True"
    ),
    a_default_that_is_no_choice=entity_field(
        "E110",
        "size = read_write(models.CharField(max_length=1, choices=[('S', 'small')], default='M'))",
        "with another default",
        "size = read_write(models.CharField(max_length=1, choices=[('S', 'small')], default='S'))",
    ),
    a_choice_longer_than_the_column=entity_field(
        "E110",
        "size = read_write(models.CharField(max_length=1, choices=[('S', 'small'), ('XL', 'extra')]))",
        "without maxLength(1)",
        "size = read_write(models.CharField(max_length=2, choices=[('S', 'small'), ('XL', 'extra')]))",
    ),
    an_empty_array_that_is_too_small=argument_field(
        "E110",
        "ids: Annotated[list[EntityId], array_min_size(1), array_max_size(9), array_unique] = []",
        "with another default",
        "ids: Annotated[list[EntityId], array_min_size(1), array_max_size(9), array_unique]",
    ),
    a_rule_about_numbers_on_a_string=entity_field(
        "E111",
        "name = read_write(models.CharField(max_length=9, validators=[is_ascii, is_positive]))",
        "without isPositive()",
        "name = read_write(models.CharField(max_length=9, validators=[is_ascii]))",
    ),
    a_rule_about_strings_on_a_uuid=argument_field(
        "E111", "key: Annotated[uuid.UUID, is_uuid]", "without isUuid(", "key: uuid.UUID"
    ),
    a_pattern_beyond_re2=entity_field(
        "E112",
        "name = read_write(models.CharField(max_length=9, validators=[is_ascii, RegexValidator('(?=a)b')]))",
        "a second pattern in matches()",
        "name = read_write(models.CharField(max_length=9, validators=[is_ascii, RegexValidator('^ab')]))",
    ),
)
def test_an_incomplete_or_contradictory_field_is_refused(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "secret = private(models.TextField())",
        "note = read_only(models.TextField())",
        "facts = read_only(models.JSONField(default=dict))",
        "amount = private(models.IntegerField())",
        "tag = read_write(models.ForeignKey(Tag, models.CASCADE))",
        "owner_id = read_write(EntityIdField())",
        "external = read_write(ExternalIdField(max_length=64))",
        "mail = read_write(models.EmailField())",
        "page = read_write(models.URLField())",
        "slug = read_write(models.SlugField())",
        "address = read_write(models.GenericIPAddressField())",
        "size = read_write(models.CharField(max_length=1, choices=[('S', 'small')]))",
        "size = read_write(models.IntegerField(choices=[(1, 'one')]))",
        "price = read_write(models.DecimalField(max_digits=9, decimal_places=2))",
        "mail = read_write(models.CharField(max_length=100, validators=[is_email]))",
        "names = read_write(array_of(models.CharField(max_length=9, validators=[is_ascii]), min=1, max=9))",
        "moment = read_write(TimestampField())",
        "is_new = read_write(models.BooleanField(default=False))",
        "key = read_write(models.UUIDField(default=uuid.uuid4))",
    ],
)
def test_a_complete_field_is_accepted(line: str, tmp_path: Path) -> None:
    text = f"class Thing(Entity):\n    {line}\n\n    class Meta:\n        app_label = 'backk_core'\n"
    assert [*map(str, problems_in(tmp_path, text))] == []


@pytest.mark.parametrize(
    "line",
    [
        "key: uuid.UUID",
        "id: EntityId",
        "moment: datetime",
        "size: Literal['S', 'M']",
        "size: enum.Enum('Size', {'S': 's'}) = 's'",
        "port: Annotated[int, is_port]",
        "name: Annotated[str, max_length_and_matches(9, '^a')]",
        "name: Annotated[str, is_email]",
        "count: Annotated[int, is_in(1, 2)] = 1",
        "ids: Annotated[list[EntityId], array_max_size(9), array_not_unique] = []",
        "name: Annotated[str, max_length(9), is_ascii] | UnsetType = UNSET",
    ],
)
def test_a_complete_annotation_is_accepted(line: str, tmp_path: Path) -> None:
    text = f"class Wanted(Argument):\n    {line}\n\nclass TagService(Service):\n    @allow_for_every_user\n"
    assert [*map(str, problems_in(tmp_path, f"{text}    def find(self, wanted: Wanted) -> None: ..."))] == []


def test_a_whole_argument_that_is_a_map_is_checked_too(tmp_path: Path) -> None:
    text = "class TagService(Service):\n    @allow_for_every_user\n    def find(self, tags: {}) -> None: ..."
    names = "dict[Annotated[str, max_length(9), is_ascii], EntityId]"
    Case(
        "E106",
        text.format(names) + f" {HERE}",
        "Annotated[…, map_max_size(100)]",
        text.format(f"Annotated[{names}, map_max_size(9)]"),
    ).check(tmp_path)


def test_every_part_of_an_entity_that_we_offer_is_complete(tmp_path: Path) -> None:
    parts = "HasVersion, HasTimestamps, HasOwner, HasCaptchaToken, HasSubject"
    text = f"class Thing(Entity, {parts}):\n    class Meta:\n        app_label = 'backk_core'\n"
    assert [*map(str, problems_in(tmp_path, text))] == []


def test_a_field_that_is_borrowed_is_refused_once_and_where_it_is_declared(tmp_path: Path) -> None:
    text = f"""
class Thing(Entity):
    name = read_write(models.CharField(max_length=9))  {HERE}

    class Meta:
        app_label = "backk_core"

class Wanted(Argument, fields=pick(Thing, "name")):
    pass

class TagService(Service):
    @allow_for_every_user
    def find(self, wanted: Wanted) -> None: ...
"""
    Case("E105", text, "is_any_string", text.replace("max_length=9", "max_length=9, validators=[is_ascii]")).check(
        tmp_path
    )
