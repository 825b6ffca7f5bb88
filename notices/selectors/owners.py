"""Whose a document is: of a case, or of an enterprise or a body where no case is about."""

from dataclasses import dataclass

from cases.models import Body, Case, Enterprise
from notices.models import Document


@dataclass(frozen=True, slots=True)
class Owner:
    """The case and the enterprise, where there is one; `place` is the body where the matter lies."""

    place: Body
    case: Case | None = None
    enterprise: Enterprise | None = None


def of_case(case: Case) -> Owner:
    return Owner(case.territorial_body, case, case.enterprise)


def of_enterprise(enterprise: Enterprise) -> Owner:
    return Owner(enterprise.territorial_body, None, enterprise)


def owner_of(document: Document) -> Owner:
    return Owner(document.place, document.case, document.enterprise)
