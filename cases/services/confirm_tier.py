"""Confirm that a unit's tier is right (P5 step 2): singly, or many at once with a verdict for each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.p5 import may_confirm_tier
from cases.models import TierConfirmation, TierRecord
from cases.rules.errors import RuleError, StatedError
from cases.services.audit import record
from cases.services.confirmation_clocks import let_lapse
from cases.services.enterprise_checks import locked_enterprise, stream_of

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not be confirmed, and why."""

    record_id: int
    enterprise: str
    error: StatedError


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of each record that was to be confirmed."""

    confirmed: tuple[TierConfirmation, ...]
    refused: tuple[Refused, ...]


@transaction.atomic
def confirm_tier(*, record_id: int, acting: Acting, note: str = "") -> TierConfirmation:
    """Accept the tier that stands. RuleError: `tier_unknown`, `note_too_long`; Blocked where the guard says no."""
    if len(note.strip()) > LONGEST_NOTE:
        message = _("Give a text of at most %(most)d characters.")
        raise RuleError("note_too_long", message, field="note", most=LONGEST_NOTE)
    known = TierRecord.objects.filter(pk=record_id).values_list("enterprise", flat=True).first()
    if known is None:
        raise RuleError("tier_unknown", _("There is no such tier to confirm."))
    enterprise = locked_enterprise(known)
    tier = TierRecord.objects.select_related("tier_body", "confirmation").get(pk=record_id)
    require(may_confirm_tier(tier, acting))
    confirmation = TierConfirmation.objects.create(
        record=tier, confirmed_by=acting.person, confirmed_at=acting.at, note=note.strip()
    )
    let_lapse([tier], acting.at)
    data = {"tier": tier.tier, "tier_body": tier.tier_body.code, "reason": confirmation.note}
    record(stream=stream_of(enterprise), action="tier.confirmed", acting=acting, body=tier.tier_body, data=data)
    return confirmation


def confirm_tiers(*, record_ids: Iterable[int], acting: Acting, note: str = "") -> Verdicts:
    """Each for itself: what cannot be confirmed keeps none of the others back."""
    confirmed: list[TierConfirmation] = []
    refused: list[Refused] = []
    wanted = list(dict.fromkeys(record_ids))
    names = dict(TierRecord.objects.filter(pk__in=wanted).values_list("pk", "enterprise__name"))
    for record_id in wanted:
        try:
            confirmed.append(confirm_tier(record_id=record_id, acting=acting, note=note))
        except StatedError as error:
            refused.append(Refused(record_id, names.get(record_id, ""), error))
    return Verdicts(tuple(confirmed), tuple(refused))
