"""Compute the class that the verified events leave a unit with (P2 step 3), for the unit head to decide on."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.models import ClassRecord, Enterprise, Proposal
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.mode import mode_of
from cases.rules.standing import Standing
from cases.selectors.standing import demoting_events, main_levels, standing_of_unit
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case


@dataclass(frozen=True, slots=True)
class Position:
    """Class and mode that the events leave a unit with."""

    standing: Standing
    mode: str
    intensified: bool
    grounds: tuple[Ground, ...]

    def step_from(self, record: ClassRecord, order: tuple[str, ...]) -> int:
        """Below 0 where it is worse than what is in force, above 0 where it is better."""
        better = order.index(record.quality_class) - order.index(self.standing.quality_class)
        return better or int(record.intensified) - int(self.intensified)


def position_of(enterprise: Enterprise, pack: ClassifyingPack) -> Position | None:
    """Where the verified events leave the unit; None for an unclassified one."""
    standing = standing_of_unit(enterprise, pack)
    if standing is None:
        return None
    mode = mode_of(table=pack.modes, quality_class=standing.quality_class, product_levels=main_levels(enterprise))
    return Position(standing, mode.mode, standing.intensified or mode.intensified, (*standing.grounds, *mode.grounds))


@transaction.atomic
def propose_on_events(*, case_id: int, acting: Acting) -> Proposal:
    """Start a new proposal with the class, mode and grounds that follow from the events verified by now."""
    case = lock_case(case_id)
    pack = classifying_pack(case.pack)
    position = position_of(case.enterprise, pack)
    if position is None:
        raise RuleError("no_previous_class", "Only a classified enterprise can be demoted.", "第二十一条")
    case.proposals.filter(outcome=Proposal.Outcome.OPEN).update(outcome=Proposal.Outcome.RETURNED)
    proposal = Proposal.objects.create(
        case=case,
        attempt=case.proposals.count() + 1,
        round=case.round,
        passes=0,
        total=0,
        computed_class=position.standing.quality_class,
        computed_mode=position.mode,
        intensified=position.intensified,
        grounds=stored_grounds(position.grounds),
        pack=case.pack,
        events_known=[event.pk for event in demoting_events(case.enterprise, pack.adjustment)],
    )
    proposal.events.set([event.pk for event in position.standing.events])
    record_on_case(
        case,
        "propose_on_events",
        acting,
        {
            "quality_class": proposal.computed_class,
            "mode": proposal.computed_mode,
            "intensified": proposal.intensified,
            "events": [event.pk for event in position.standing.events],
        },
    )
    return proposal
