"""What the services of the registry ask before they change anything."""

from typing import Any, Final

from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Enterprise
from cases.rules.enterprise_facts import EnterpriseFacts, Fault, faults_of
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.bodies import body_for_region
from cases.selectors.scope import may

CLAUSE: Final = "国市监质监发〔2023〕38号 四（一）"


class FactsError(RuleError):
    """Facts that cannot stand; `faults` says which and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        rows = [{"field": fault.field, "code": fault.code, **fault.details} for fault in faults]
        super().__init__("facts", _("Some entries need to be corrected."), CLAUSE, faults=rows)
        self.faults = faults


class StaleError(RuleError):
    """Somebody else has saved since the page was opened; `stored` holds what stands now."""

    def __init__(self, stored: Enterprise) -> None:
        super().__init__("stale", _("Somebody else has changed this enterprise since you opened it."))
        self.stored = stored


def require_facts(facts: EnterpriseFacts, acting: Acting) -> Body:
    """The territorial body of facts that hold. FactsError otherwise."""
    faults = faults_of(facts, acting.today)
    if faults:
        raise FactsError(faults)
    body = body_for_region(facts.region_code)
    if body is None:
        raise FactsError((Fault("region_code", "region_unknown"),))
    return body


def require_permission(acting: Acting, codename: str, body: Body) -> None:
    """NotPermitted unless the person's post allows `codename` at `body`; the system itself always may."""
    if acting.user is not None and not may(acting.authority, codename, body):
        raise NotPermitted("permission", _("Your post does not allow this at %(body)s."), body=body.name)


def locked_enterprise(enterprise_id: int, version: int | None = None) -> Enterprise:
    """The enterprise, locked until the transaction ends; StaleError if its facts have moved on from `version`."""
    enterprise = (
        Enterprise.objects.select_for_update(of=("self",))
        .select_related("territorial_body", "tier_body")
        .get(pk=enterprise_id)
    )
    if version is not None and version != enterprise.version:
        raise StaleError(enterprise)
    return enterprise


def stream_of(enterprise: Enterprise) -> str:
    """Name of the enterprise's stream in the audit trail."""
    return f"enterprise:{enterprise.pk}"


def differences(enterprise: Enterprise, facts: dict[str, Any]) -> dict[str, list[Any]]:
    """Facts that would change, as `{field: [before, after]}`."""
    return {
        name: [getattr(enterprise, name), value] for name, value in facts.items() if getattr(enterprise, name) != value
    }
