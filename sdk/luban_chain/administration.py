"""Applications, grants and organisations: for applications with the scope `admin`."""

from __future__ import annotations

from typing import Any

from luban_chain.calls import Calls


class Administration(Calls):
    """Secrets are in the answer that issues or rotates them, and nowhere else afterwards."""

    def create_app(self, **said: Any) -> dict[str, Any]:
        """POST /apps: `name`, `region`, `scopes`, `ips`, `rate`, `valid_until` (milliseconds)."""
        return self.post("apps", body=said)

    def rotate_secret(self, app: str, *, at_once: bool = False) -> dict[str, Any]:
        """POST /apps/{id}/secret:rotate; the old secret goes on for 24 hours unless `at_once`."""
        return self.post("apps", app, "secret:rotate", body={"at_once": at_once})

    def change_app(self, app: str, **said: Any) -> dict[str, Any]:
        """PUT /apps/{id}: `name`, `scopes`, `ips`, `rate`, `valid_until`, `state`."""
        return self.post("apps", app, body=said, method="PUT")

    def create_grant(self, **said: Any) -> dict[str, Any]:
        """POST /grants: `app`, `record` (UF, UR, DF, DC), `record_key` or `region`, `sections`, `attachments`, `since`,
        `until` (milliseconds), `reason`.
        """
        return self.post("grants", body=said)

    def withdraw_grant(self, number: int) -> dict[str, Any]:
        """DELETE /grants/{id}."""
        return self.post("grants", str(number), body={}, method="DELETE")

    def enter_organisation(self, *, region: str, name: str) -> dict[str, Any]:
        """POST /orgs: a province joins the chain, with an account of its own."""
        return self.post("orgs", body={"region": region, "name": name})
