"""What the event store says of the starred items of the form on a day (domain 3.1, end)."""

from collections.abc import Mapping
from datetime import date

from cases.models import Case, Enterprise
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.rules.quality_class import answer_word
from cases.rules.starred_items import ItemAnswer, PastEvent, item_answers
from cases.selectors.event_rules import classification_pack, facts_of
from cases.selectors.events import standing_events


def starred_items_of(enterprise: Enterprise, on: date, pack: ClassifyingPack | None = None) -> Mapping[str, ItemAnswer]:
    """The answers to the items of the form that the unit's verified events give, by number; two queries.

    `pack` is the one a case is decided by; that of the territorial body unless given. Events verified after `on` are
    not known yet.
    """
    pack = pack or classifying_pack(classification_pack(enterprise.territorial_body, on).ref)
    known = standing_events(enterprise).filter(confirmed_on__lte=on).order_by("occurred_on", "pk")
    events = [PastEvent(event.pk, facts_of(event), event.occurred_on) for event in known]
    return item_answers(items=pack.event_items, adjustment=pack.adjustment, events=events, on=on)


def deviations(case: Case, answers: Mapping[str, str], on: date) -> dict[str, str]:
    """By item: that the answer given is another than the event store's, as it goes on file."""
    pack = classifying_pack(case.pack)
    if not any(item.number in answers for item in pack.event_items):
        return {}
    words = {item.number: item.answer_type for item in pack.items}
    return {
        number: f"风险事件库提示为“{answer_word(words[number], answer.value == 'pass')}”：{answer.grounds[0].text}"
        for number, answer in starred_items_of(case.enterprise, on, pack).items()
        if answers.get(number) in ("pass", "fail") and answers[number] != answer.value
    }
