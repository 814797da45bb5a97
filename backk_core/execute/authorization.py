"""Who may call what, and whose rows a call may touch: the one place for all transports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from backk_core.declare.conf import conf
from backk_core.declare.errors import InvalidArgument, NotAuthenticated, NotAuthorized, Violation
from backk_core.declare.permissions import (
    ClusterInternal,
    OwnResources,
    Rule,
    TestsOnly,
    UserRoles,
    concerns_all_owners,
)
from backk_core.declare.types import UNSET
from backk_core.describe.contracts import FieldContract, Mode, ServiceFunctionContract, TypeContract
from backk_core.execute.accounts import Accounts
from backk_core.execute.call import Call, Principal, find_call

#: A field that a call may touch no other value of, and that value.
Bound: TypeAlias = tuple[FieldContract, Any]


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
        return cls(contract.is_open, own[0] if own else None, others)

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

    def claim(self, call: Call, *, also_by_role: bool, accounts: Accounts) -> None:
        """Bind the call to the caller's own rows, and its argument to the caller as owner.

        NotAuthorized where the argument names another owner and no other rule allows the call; InvalidArgument where it
        names none and the caller is none.
        """
        principal = call.principal if self.own is not None and not self.is_open else None
        if self.own is None or principal is None:
            return
        field = self.own.field
        owner = _owner(call, field, principal, accounts)
        sent = _value(call.argument, field)
        if owner is None or (sent is not None and str(sent) != str(owner)):
            if not also_by_role:
                raise NotAuthorized("no account" if owner is None else f"somebody else's {field}")
            _refuse_without_owner(call, field, sent)
            return
        # the class is asked, since an entity would fetch what was not sent
        if hasattr(type(call.argument), field):
            setattr(call.argument, field, _like(sent, owner))
        call.own = (field, owner)


def _owner(call: Call, field: str, principal: Principal, accounts: Accounts) -> Any:
    """Return who the caller is as an owner, None where the caller owns nothing."""
    if field == "subject" or principal.subject is None:
        return principal.subject
    account = accounts.account_of(call, principal)
    return None if account is None else account.id


def _refuse_without_owner(call: Call, field: str, sent: Any) -> None:
    """Raise InvalidArgument where an entity to be made has no owner, who would have been set from the token."""
    argument = call.contract.argument
    if sent is None and argument is not None and argument.is_entity and call.contract.argument_mode is Mode.CREATE:
        entering = argument.by_name.get(field)
        if entering is not None and entering.enters(Mode.CREATE) and not entering.nullable:
            raise InvalidArgument([Violation((entering.wire_name,), "should not be null or undefined")])


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


def bounds_of_call(contract: TypeContract) -> Sequence[Bound]:
    """Return the fields and values that every operation on an entity is bound to in this call: owner and tenant.

    NotAuthenticated or NotAuthorized where the entity belongs to tenants and the caller to none.
    """
    call = find_call()
    if call is None or (call.own is None and contract.tenant is None):
        return ()
    return [*_own(call, contract), *_of_tenant(call, contract)]


def tenant_of_call(contract: TypeContract) -> Sequence[Bound]:
    """Return the tenant that an entity must be of to be referred to in this call; raises what bounds_of_call does."""
    call = find_call() if contract.tenant is not None else None
    return () if call is None else list(_of_tenant(call, contract))


def _own(call: Call, contract: TypeContract) -> Iterator[Bound]:
    # of own ids, the argument's was compared; other rows of the entity are other users
    if call.own is None or call.own[0] == "id" or concerns_all_owners():
        return
    name, owner = call.own
    # whatever a view shows of it
    field = contract.stored_by_name.get(name)
    if field is not None and field.column is not None:
        yield field, owner


def _of_tenant(call: Call, contract: TypeContract) -> Iterator[Bound]:
    field = contract.tenant
    if field is None:
        return
    if call.identity is None:
        # on a function for everyone nobody asked yet who calls
        _ = call.principal
    tenant_id = call.identity.tenant_id if call.identity is not None else None
    touches_all = call.contract.options.all_tenants is not None
    if tenant_id is not None and not (touches_all and call.contract.is_open):
        yield field, tenant_id
    elif not touches_all:
        raise NotAuthenticated if call.principal is None else NotAuthorized("no tenant")


def put_into_tenant(contract: TypeContract, state: MutableMapping[str, Any]) -> None:
    """Make a new entity's state one of the caller's tenant. NotAuthorized where it is another's, or there is none."""
    stay_in_tenant(contract, state)
    call = find_call()
    if call is not None:
        state.update({field.name: tenant_id for field, tenant_id in _of_tenant(call, contract)})


def stay_in_tenant(contract: TypeContract, changes: Mapping[str, Any]) -> None:
    """Raise NotAuthorized where changes would put an entity into another tenant than the caller's."""
    call = find_call()
    if call is None or contract.tenant is None or changes.get(contract.tenant.name) is None:
        return
    for field, tenant_id in _of_tenant(call, contract):
        if str(changes[field.name]) != str(tenant_id):
            raise NotAuthorized(f"somebody else's {field.name}")
