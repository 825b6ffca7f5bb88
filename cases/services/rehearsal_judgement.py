"""Put the rule in force and the drafted one to the facts of one unit after another, and count what would change."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.models.enterprise import OperatingStatus
from cases.models.pack import RehearsedChange
from cases.packs.loader import Pack, referred_pack
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.listing import ListingOutcome, ListingRule, listing_of
from cases.rules.rehearsal import Change, Levels, rehearsed_class, rehearsed_level, rehearsed_mode, rehearsed_value
from cases.selectors.packs import ARROW
from cases.selectors.rehearsal_facts import BodyTree, Risk, UnitFacts
from cases.services.tier_enterprise import Tiering, tiering_of

What = RehearsedChange.What
JUDGED: Final = "judged"
UNJUDGED: Final = "unjudged"
Counts = dict[str, dict[str, int]]


@dataclass
class Tally:
    """What was found of some units: the changes, not yet saved, and how many of each there are."""

    changes: list[RehearsedChange] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def added_to(self, before: Mapping[str, Mapping[str, int]]) -> Counts:
        """The counts of a rehearsal with these."""
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for counts in (before, self.counts):
            for name, each in counts.items():
                sums[name].update(each)
        return {name: dict(sorted(each.items())) for name, each in sorted(sums.items())}


class Judge:
    """Judges units by a draft; an aspect on which the draft says what the rule in force says costs nothing."""

    def __init__(self, *, rehearsal_id: int, draft: Pack, listing: Pack, tree: BodyTree, on: date) -> None:
        self.rehearsal_id = rehearsal_id
        self.draft = draft
        self.listing = listing
        self.tree = tree
        self.on = on
        self._packs: dict[str, Pack] = {}

    def judge(self, units: list[UnitFacts]) -> Tally:
        """What the draft would change of these units."""
        tally = Tally()
        for facts in units:
            for judge in (self._class_and_mode, self._tier, self._list):
                self._attempt(judge, facts, tally)
        return tally

    def _attempt(self, judge: Callable[[UnitFacts, Tally], None], facts: UnitFacts, tally: Tally) -> None:
        try:
            judge(facts, tally)
        except RuleError as error:  # such as a class the matrix does not know
            tally.counts[UNJUDGED][error.code] += 1

    def _old(self, ref: str) -> Pack:
        """The pack a record was decided by; asked for once."""
        if ref not in self._packs:
            self._packs[ref] = referred_pack(ref)
        return self._packs[ref]

    def _class_and_mode(self, facts: UnitFacts, tally: Tally) -> None:
        record = facts.record
        if record is None or self.draft.modes is None:
            return
        old = self._old(record.pack)
        if old.modes is None or (old.classes == self.draft.classes and old.modes == self.draft.modes):
            return
        after = self._class(facts, old, tally)
        tally.counts[JUDGED][What.MODE] += 1
        change = rehearsed_mode(
            old=old.modes,
            new=self.draft.modes,
            before_class=record.quality_class,
            after_class=after,
            levels=facts.levels,
            stands=record.mode,
        )
        self._keep(facts, What.MODE, change, tally)

    def _class(self, facts: UnitFacts, old: Pack, tally: Tally) -> str:
        """The class under the draft; without the answers of an inspection the one that stands."""
        record, draft = facts.record, self.draft
        assert record is not None
        answered = old.classes is not None and all(item.number in facts.answers for item in old.classes.items)
        if old.classes is None or draft.classes is None or draft.adjustment is None or not answered:
            return record.quality_class
        found = rehearsed_class(
            old=old.classes,
            new=draft.classes,
            adjust=draft.adjustment,
            answers=facts.answers,
            stands=record.quality_class,
        )
        if found.unanswered:
            asks = Change(record.quality_class, "", (_unanswered(draft, found.unanswered),))
            self._keep(facts, What.INSPECTION, asks, tally)
        else:
            tally.counts[JUDGED][What.CLASS] += 1
        self._keep(facts, What.CLASS, found.change, tally)
        return found.quality_class

    def _tier(self, facts: UnitFacts, tally: Tally) -> None:
        if self.draft.tiers is None or facts.tier is None:
            return
        old = self._old(facts.tier.pack)
        if old.tiers == self.draft.tiers:
            return
        tally.counts[JUDGED][What.TIER] += 1
        then, now = self._tiering(facts, old), self._tiering(facts, self.draft)
        grounds = tuple(Ground.from_dict(stored) for stored in now.grounds)
        change = rehearsed_value(then=then.tier, now=now.tier, stands=facts.unit.tier, grounds=grounds)
        self._keep(facts, What.TIER, change, tally)
        stands = self.tree[facts.unit.tier_body_id]
        moved = rehearsed_value(then=then.tier_body.code, now=now.tier_body.code, stands=stands.code, grounds=grounds)
        counted = f"{stands.level}{ARROW}{now.tier_body.level}"  # by level: there are too many bodies for a table
        self._keep(facts, What.TIER_BODY, moved, tally, counted)

    def _tiering(self, facts: UnitFacts, pack: Pack) -> Tiering:
        place = self.tree[facts.unit.territorial_body_id]
        return tiering_of(facts.unit, place, pack, self.tree.tier_body, facts.upper)

    def _list(self, facts: UnitFacts, tally: Tally) -> None:
        """The list under the draft's rule, its events graded by the draft's definitions where it has others."""
        old, new = self.listing.listing, self.draft.listing
        if new is None or old is None or facts.unit.status == OperatingStatus.REVOKED:
            return
        before, after = _levels(self.listing), _levels(self.draft)
        if old == new and before == after:
            return
        tally.counts[JUDGED][What.LIST] += 1
        then = self._listed(old, facts, [risk.level for risk in facts.risks])
        grades = [_regraded(before, after, risk) for risk in facts.risks]
        now = self._listed(new, facts, grades)
        change = rehearsed_value(then=then.level, now=now.level, stands=facts.list_level, grounds=now.grounds)
        self._keep(facts, What.LIST, change, tally)

    def _listed(self, rule: ListingRule, facts: UnitFacts, grades: Sequence[str]) -> ListingOutcome:
        graded = list(zip(facts.risks, grades, strict=True))
        return listing_of(
            rule=rule,
            on=self.on,
            major_risks=[risk.confirmed_on for risk, grade in graded if grade == "major"],
            larger_risks=[risk.confirmed_on for risk, grade in graded if grade == "larger"],
            credit_risk=facts.credit,
            open_risks=sum(risk.open and grade != "general" for risk, grade in graded),
        )

    def _keep(self, facts: UnitFacts, what: str, change: Change | None, tally: Tally, counted: str = "") -> None:
        if change is None:
            return
        tally.counts[what][counted or f"{change.before}{ARROW}{change.after}"] += 1
        tally.changes.append(
            RehearsedChange(
                rehearsal_id=self.rehearsal_id,
                enterprise=facts.unit,
                what=what,
                before=change.before,
                after=change.after,
                grounds=stored_grounds(change.grounds),
            )
        )


def _levels(pack: Pack) -> Levels | None:
    return Levels(pack.risk_levels, pack.escalation) if pack.risk_levels and pack.escalation else None


def _regraded(old: Levels | None, new: Levels | None, risk: Risk) -> str:
    if old is None or new is None or old == new:
        return risk.level
    return rehearsed_level(old=old, new=new, facts=risk.facts, stands=risk.level)


def _unanswered(draft: Pack, items: Sequence[str]) -> Ground:
    text = f"尚无检查结果的项目：{'、'.join(items)}，须经检查方可确定类别。"
    gloss = f"Items nobody has answered yet: {', '.join(items)}; the class needs an inspection."
    return Ground(draft.title, text, gloss)
