"""Who may call what, and whose rows a call may touch: the one place for all transports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backk_core.declare.conf import conf
from backk_core.declare.errors import NotAuthenticated, NotAuthorized
from backk_core.declare.permissions import (
    ClusterInternal,
    EveryUser,
    OwnResources,
    Rule,
    TestsOnly,
    UserRoles,
    concerns_all_owners,
)
from backk_core.declare.types import UNSET
from backk_core.describe.contracts import FieldContract, ServiceFunctionContract, TypeContract
from backk_core.execute.call import Call, Principal, find_call

#: Returns the ``_id`` of the account of a token's subject, None where there is none.
UserIdOf = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Permission:
    """The compiled rules of one function."""

    is_open: bool
    own: OwnResources | None
    others: tuple[Rule, ...]

    @classmethod
    def of(cls, contract: ServiceFunctionContract) -> Permission:
        """Compile the rules of a function; one that allows is enough."""
        own = [rule for rule in contract.rules if isinstance(rule, OwnResources)]
        others = tuple(rule for rule in contract.rules if not isinstance(rule, OwnResources))
        return cls(any(isinstance(rule, EveryUser) for rule in others), own[0] if own else None, others)

    def authorize(self, call: Call) -> bool:
        """Tell whether a rule other than "own resources" allows the call.

        NotAuthenticated where nobody says who calls; NotAuthorized where no rule can allow it.
        """
        if self.is_open:
            return True
        principal = call.principal
        if principal is None:
            # a credential that no authenticator knows is a bad one
            raise NotAuthorized("unknown credential") if call.header("authorization") else NotAuthenticated
        allowed = any(_allows(rule, principal) for rule in self.others)
        if not allowed and (self.own is None or principal.subject is None):
            raise NotAuthorized(f"wants {' or '.join(map(_named, self.others)) or 'a user'}")
        return allowed

    def claim(self, call: Call, *, also_by_role: bool, user_id_of: UserIdOf | None) -> None:
        """Bind the call to the caller's own rows, and its argument to the caller as owner.

        NotAuthorized where the argument names another owner and no other rule allows the call.
        """
        principal = call.principal if self.own is not None and not self.is_open else None
        if self.own is None or principal is None or principal.subject is None:
            return
        field = self.own.field
        owner = principal.subject if field == "subject" else user_id_of(principal.subject) if user_id_of else None
        sent = _value(call.argument, field)
        if owner is None or (sent is not None and str(sent) != str(owner)):
            if also_by_role:
                return
            raise NotAuthorized("no account" if owner is None else f"somebody else's {field}")
        # the class is asked, since an entity would fetch what was not sent
        if hasattr(type(call.argument), field):
            setattr(call.argument, field, _like(sent, owner))
        call.own = (field, owner)


def _value(argument: Any, field: str) -> Any:
    # an entity that is updated lacks what was not sent: looking there would ask the database
    state = getattr(argument, "__dict__", None)
    value = state.get(field) if state is not None else getattr(argument, field, None)
    return None if value is UNSET else value


def _like(sent: Any, owner: Any) -> Any:
    return str(owner) if isinstance(sent, str) else owner


def _allows(rule: Rule, principal: Principal) -> bool:
    match rule:
        case UserRoles(roles):
            return not roles.isdisjoint(principal.roles)
        case ClusterInternal():
            return principal.is_internal
        case TestsOnly():
            return not conf().in_production
        case _:
            return False


def _named(rule: Rule) -> str:
    """Return what a rule wants, for who reads why a call was refused."""
    match rule:
        case UserRoles(roles):
            return f"role {' or '.join(sorted(roles))}"
        case ClusterInternal():
            return "a service of the cluster"
        case _:
            return type(rule).__name__


def owned_by_caller(contract: TypeContract) -> tuple[FieldContract, Any] | None:
    """Return the owner's field and value that every operation on the entity is bound to in this call, if any is."""
    call = find_call()
    if call is None or call.own is None or concerns_all_owners():
        return None
    name, owner = call.own
    if name == "id":
        # the argument's own _id was compared; other rows of the entity are other users
        return None
    # whatever a view shows of it
    field = contract.stored_by_name.get(name)
    return None if field is None or field.column is None else (field, owner)
