"""Whose account and which tenant a token names: asked once a call, and whether that lets the call in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from backk_core.declare.errors import NotAuthorized
from backk_core.declare.service import Account, TenantService, UserService
from backk_core.execute.account_leases import leases_of
from backk_core.execute.call import Call, Identity, Principal


class Accounts:
    """What the project's user service and tenant service know of callers. Each may be missing."""

    def __init__(self, users: UserService | None, tenants: TenantService | None) -> None:
        self._users, self._tenants = users, tenants
        self._can_be_locked = users is not None and type(users).account_of is not UserService.account_of
        self._leases = leases_of(users)
        self._judge = tenants is not None or self._can_be_locked

    def admit(self, call: Call, principal: Principal) -> None:
        """Look up the principal's tenant and account, where the project has them.

        NotAuthorized where the account is locked, or where the token's issuer stands for no tenant, unless the function
        is for those too.
        """
        if not self._judge or call.identity is not None:
            return
        tenant_id = None
        if self._tenants is not None and not principal.is_internal:
            tenant_id = self._tenants.tenant_id_of(principal.issuer) if principal.issuer is not None else None
            if tenant_id is None and call.contract.options.all_tenants is None:
                raise NotAuthorized("no tenant")
        # the account is one of the tenant's rows
        call.identity = Identity(tenant_id)
        try:
            self._refuse_locked(call, principal, call.identity)
        except BaseException:
            # whoever asks again hears it again
            call.identity = None
            raise

    def _refuse_locked(self, call: Call, principal: Principal, identity: Identity) -> None:
        if self._can_be_locked and principal.subject is not None:
            account = self._asked(principal.subject, identity)
            if account is not None and account.is_locked:
                raise NotAuthorized("locked account")
            call.identity = replace(identity, account=account)

    def account_of(self, call: Call, principal: Principal) -> Account | None:
        """Return the account of the principal, None where there is none; the lookup is not repeated in a call."""
        if principal.subject is None:
            return None
        if not self._can_be_locked and (call.identity is None or call.identity.account is None):
            identity = call.identity or Identity()
            call.identity = replace(identity, account=self._asked(principal.subject, identity))
        return call.identity.account if call.identity is not None else None

    def _asked(self, subject: str, identity: Identity) -> Account | None:
        if self._users is None or (self._tenants is not None and identity.tenant_id is None):
            # a subject means nothing without its issuer's tenant
            return None
        if self._leases is None:
            return self._users.account_of(subject, identity.tenant_id)
        return self._leases.found(
            subject, identity.tenant_id, partial(self._users.account_of, subject, identity.tenant_id)
        )
