"""What a value that travels is for, which decides the properties that it has and which of them must be there."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from backk_core.declare.types import UNSET
from backk_core.describe.contracts import FieldContract, Mode, ServiceFunctionContract, TypeContract
from backk_core.publish.queries import narrowed


class Use(enum.Enum):
    """What a value is for, with the word that its component's name ends in."""

    CREATE = "Create"
    UPDATE = "Update"
    #: A part of what is updated: an existing one, named by its id, or a new one.
    PART = "Part"
    ARGUMENT = "Argument"
    #: A whole answer.
    RESULT = ""
    #: An answer of which the caller may have left properties out.
    SELECTION = "Selection"

    @classmethod
    def of_argument(cls, mode: Mode) -> Use:
        return cls[mode.name]

    @classmethod
    def of_result(cls, function: ServiceFunctionContract) -> Use:
        """Return what the result of a function that has one is for."""
        argument, result = function.argument, function.result
        selects = argument is not None and result is not None and narrowed(argument, result) is not None
        return cls.SELECTION if selects else cls.RESULT

    @property
    def mode(self) -> Mode:
        """The mode whose properties the value has."""
        return Mode.READ if self.is_answer else Mode[self.name]

    def inside(self, field: FieldContract) -> Use:
        """Return what the elements or properties in a field of the value are for."""
        return self if self.is_answer else Use.of_argument(field.inner_mode(self.mode))

    def fields(self, contract: TypeContract) -> Iterator[FieldContract]:
        """Yield the properties that the value may have."""
        yield from contract.answered if self.is_answer else contract.entering(self.mode)

    def requires(self, field: FieldContract) -> bool:
        """Tell whether the value always has the property."""
        match self:
            case Use.SELECTION:
                return False
            case Use.RESULT:
                return field.default is not UNSET
            case _:
                return field.is_required(self.mode)

    @property
    def is_answer(self) -> bool:
        return self in (Use.RESULT, Use.SELECTION)
