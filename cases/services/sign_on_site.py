"""Signatures given on the spot, on the screen that shows the form: bound to what the form said then."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cases.acting import Acting
from cases.models import Assignment, Case, Inspection, OnsiteSignature
from cases.rules.errors import RuleError
from cases.rules.onsite_signature import Drawing
from cases.services.opinions import need_reason

_PARTY = OnsiteSignature.Role.PARTY
_Way = OnsiteSignature.Way


@dataclass(frozen=True, slots=True)
class GivenSignature:
    """One signature as it was given; ``name`` of an inspector who draws may be left out, for the case knows it."""

    role: str
    way: str
    name: str = ""
    post: str = ""
    opinion: str = ""
    reason: str = ""
    drawing: Drawing | None = None


def check_signatures(*, case: Case, signatures: tuple[GivenSignature, ...], content: str) -> None:
    """``RuleError`` at the field of the first that will not do; ``content`` is the hash of the form as it is now."""
    names = inspectors_of(case)
    for given in signatures:
        if given.drawing and given.drawing.content_sha256 != content:
            raise RuleError(
                "signed_otherwise",
                "The form was changed after it was signed: it must be signed again.",
                field=f"sign_{given.role}",
            )
        if given.role == _PARTY:
            _check_party(given)
        elif given.role not in names:
            raise RuleError("no_such_inspector", "No inspector is assigned to sign here.", field=f"sign_{given.role}")
        elif given.way == _Way.TYPED and given.name.strip() != names[given.role]:
            raise RuleError(
                "typed_otherwise",
                "Type the name of the inspector: %(name)s.",
                field=f"typed_{given.role}",
                name=names[given.role],
            )


def _check_party(given: GivenSignature) -> None:
    if given.way == _Way.REFUSED:
        need_reason(given.reason, field="party_reason")
        return
    if not given.name.strip():
        raise RuleError("party_name_missing", "Enter the name of whoever signs.", field="party_name")
    if given.way == _Way.DRAWN and given.drawing is None:
        raise RuleError("party_not_drawn", "Have the signature drawn, or choose another way.", field="sign_party")


def keep_signatures(
    *, inspection: Inspection, signatures: tuple[GivenSignature, ...], content: str, acting: Acting
) -> list[OnsiteSignature]:
    """Write them down for good; a drawn one at the device's time, which is never later than ours."""
    names = inspectors_of(inspection.case)
    return OnsiteSignature.objects.bulk_create(
        OnsiteSignature(
            inspection=inspection,
            role=given.role,
            way=given.way,
            name=given.name.strip() if given.role == _PARTY else names[given.role],
            post=given.post.strip(),
            opinion=given.opinion.strip(),
            reason=given.reason.strip(),
            strokes=given.drawing.strokes if given.drawing else [],
            content_sha256=content,
            sha256=given.drawing.sha256 if given.drawing else _sha256(given, content),
            signed_at=min(given.drawing.drawn_at, acting.at) if given.drawing else acting.at,
            recorded_by=acting.user,
        )
        for given in signatures
    )


def _sha256(given: GivenSignature, content: str) -> str:
    told = "\n".join((given.role, given.way, given.name.strip(), given.reason.strip(), content))
    return hashlib.sha256(told.encode()).hexdigest()


def inspectors_of(case: Case) -> Mapping[str, str]:
    """Names of the inspectors of the current round by their role."""
    assigned = Assignment.objects.filter(case=case, round=case.round).select_related("user")
    return {each.role: each.user.name for each in assigned}
