"""Who a session belongs to: Django's backend, with the account read by a statement made once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from luban.people.models import Account
from luban.tables.fixed import read

_ALONG = ("organisation", "organisation.parent")


class AccountBackend(ModelBackend):
    """Accounts with their organisation and its bureau."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session, None when it may not sign in any more."""
        rows = read(Account, where='t."id" = %s', given=[user_id], along=_ALONG)
        return rows[0] if rows and self.user_can_authenticate(rows[0]) else None
