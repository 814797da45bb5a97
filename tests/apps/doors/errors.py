"""The errors of the functions that the doors are tried with."""

from backk_core import ServiceError


class TooHeavy(ServiceError):
    """The thing is too heavy"""

    code = 1
    status = 409
