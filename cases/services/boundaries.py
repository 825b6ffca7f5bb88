"""Take in boundaries of areas from a customer's GeoJSON, and withdraw them."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import setting_periods
from cases.models import Body, BoundaryMap
from cases.rules.boundaries import map_number_of, outlines_of
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.services.deadlines import require_reason

REPLACED = "由新导入的边界数据替换"
NAMED = 5
"""So many codes that belong nowhere are named."""


@transaction.atomic
def import_boundaries(
    *, body: Body, content: bytes, file_name: str, map_number: str, source: str, acting: Acting
) -> BoundaryMap:
    """Keep the areas of the file as the map of `body`; the one in use before is withdrawn, and stays on record.

    RuleError: `map_number`, `area_elsewhere`, and what `cases.rules.boundaries.outlines_of` refuses; Blocked without
    the permission.
    """
    require(setting_periods(body, acting))
    number = map_number_of(map_number)
    outlines = outlines_of(content)
    _require_within(body, [outline.code for outline in outlines])
    Body.objects.select_for_update().get(pk=body.pk)
    for standing in BoundaryMap.objects.filter(body=body, withdrawn_at__isnull=True):
        _withdraw(standing, REPLACED, acting)
    kept = BoundaryMap.objects.create(
        body=body,
        map_number=number,
        source=source.strip(),
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        outlines=[[outline.code, outline.path, list(outline.box)] for outline in outlines],
        imported_by=acting.person,
        imported_at=acting.at,
    )
    data = {"map_number": number, "sha256": kept.sha256, "areas": len(outlines)}
    record(stream=f"body:{body.code}", action="boundaries.imported", acting=acting, body=body, data=data)
    return kept


@transaction.atomic
def withdraw_boundaries(*, boundary_map: BoundaryMap, reason: str, acting: Acting) -> BoundaryMap:
    """Draw these boundaries no longer. RuleError: `reason_too_short`, `withdrawn_already`."""
    standing = BoundaryMap.objects.select_for_update(of=("self",)).select_related("body").get(pk=boundary_map.pk)
    require(setting_periods(standing.body, acting))
    require_reason(reason)
    if standing.withdrawn_at is not None:
        raise RuleError("withdrawn_already", _("These boundaries have been withdrawn already."))
    _withdraw(standing, reason.strip(), acting)
    data = {"map_number": standing.map_number, "reason": reason.strip()}
    record(
        stream=f"body:{standing.body.code}", action="boundaries.withdrawn", acting=acting, body=standing.body, data=data
    )
    return standing


def _withdraw(standing: BoundaryMap, reason: str, acting: Acting) -> None:
    standing.withdrawn_by, standing.withdrawn_at, standing.withdrawn_reason = acting.person, acting.at, reason
    standing.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])


def _require_within(body: Body, codes: list[str]) -> None:
    known = set(
        Body.objects.filter(code__in=codes, position__range=(body.position, body.last)).values_list("code", flat=True)
    )
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise RuleError(
            "area_elsewhere",
            _("%(number)s areas do not lie below %(body)s, among them: %(codes)s."),
            field="file",
            number=len(unknown),
            body=body.name,
            codes=", ".join(unknown[:NAMED]),
        )
