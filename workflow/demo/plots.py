"""Which cases the demo tells: one standing at every step, and those that ended each way a case can end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

C: Final = "3,12"
"""Failing items that make class C: one directional item suffices."""
Outcomes = Mapping[str, Sequence[str]]
FAILED: Final[Outcomes] = {"inspect": [C], "return_visit": ["fail"], "escalate": ["listed_oversight+recall"]}
"""Nothing was put right: the matter goes up, and the order of recall waits for the legal unit."""

MAIN: Final = (
    "approve_inspection",
    "assign_inspectors",
    "inspect",
    "propose_class",
    "countersign",
    "decide_grassroots",
    "forward_filing",
    "file_province",
    "list_key",
    "decide_measures",
    "draft_interview",
    "issue_interview",
    "serve_interview",
    "hold_interview",
    "draft_order",
    "issue_order",
    "serve_order",
    "report_rectification",
    "return_visit",
    "close_case",
)
"""The steps of a class C case that goes the plain way."""
BRANCHES: Final[Mapping[str, tuple[str, int, Outcomes]]] = {
    "refer_penalty": ("inspect", 1, {"inspect": ["4,7+violation"]}),
    "withdraw_honours": ("draft_interview", 1, {"inspect": [C]}),
    "escalate": ("hold_interview", 2, {"inspect": [C], "hold_interview": ["no_show", "no_show"]}),
}
"""Steps beside the main way: after which step, its how-manieth time, and with which outcomes a case comes there."""
STEPS_IN_DEMO: Final = (*MAIN, *BRANCHES)


@dataclass(frozen=True, slots=True)
class Plot:
    """One case. It stands at `until`, reached with the `nth` doing of `after`; or, where that is blank, it ends.

    `days_left` are the working days left at `until` on the last day (days for a rectification report); `ended` is how
    many working days before the last day an ended case began. `county` counts from 0.
    """

    until: str = ""
    after: str = ""
    nth: int = 1
    days_left: int = 2
    outcomes: Outcomes = field(default_factory=dict)
    origin: str = "plan"
    origin_note: str = ""
    form: str = "regular"
    county: int = 0
    ended: int = 0
    honoured: bool = False
    again: bool = False
    """Whether it is about the enterprise of an ended case that comes back and has not done so yet."""
    comes_back: bool = False
    sequel: str = ""
    """What follows the class this case gives its unit, see workflow/demo/sequels.py."""

    @property
    def visited(self) -> bool:
        """Whether inspectors go there in the course of it."""
        return self.until not in MAIN[:2] and "approve_inspection" not in self.outcomes


def plots(most: int, counties: int) -> list[Plot]:
    """The first `most` of the demo's cases, but never fewer than one at every step."""
    told = [*_one_at_every_step(), *_ended(), *_loops(), *_elsewhere(counties), *_more_at_every_step()]
    return told[: max(most, len(STEPS_IN_DEMO) + len(list(_ended())))]


def _one_at_every_step() -> Iterator[Plot]:
    slack = (3, 0, -1, 1, -2, 5, 2, -3, 6, 1)
    for place, step in enumerate(STEPS_IN_DEMO):
        yield _standing(step, slack[place % len(slack)], county=0)


def _more_at_every_step() -> Iterator[Plot]:
    """A second case at each step, half of them in the second county, other days left."""
    slack = (0, 5, -1, 2, 7, 1, -3)
    for place, step in enumerate(STEPS_IN_DEMO):
        yield _standing(step, slack[place % len(slack)], county=place % 2)


def _elsewhere(counties: int) -> Iterator[Plot]:
    """Two cases in every other county."""
    pairs = (("approve_inspection", "report_rectification"), ("inspect", "decide_grassroots"))
    for county in range(2, counties):
        for place, step in enumerate(pairs[county % 2]):
            yield _standing(step, (county + place) % 5, county=county)


def _standing(step: str, days_left: int, county: int) -> Plot:
    if step in BRANCHES:
        after, nth, outcomes = BRANCHES[step]
        if step == "withdraw_honours":
            days_left = 17  # a long period: the letter beside it is due much sooner
        return Plot(step, after, nth, days_left, outcomes, county=county, honoured=step == "withdraw_honours")
    if step == MAIN[0]:
        if county:
            note = "群众投诉产品无厂址标识，经查实。"
            return Plot(step, days_left=days_left, county=county, origin="complaint", origin_note=note)
        return Plot(step, days_left=days_left)
    if step == "report_rectification":
        days_left = max(days_left, 1)  # a period that ran out without a report moves on by itself
    after = MAIN[MAIN.index(step) - 1]
    return Plot(step, after, 1, days_left, {"inspect": [C]}, county=county)


def _ended() -> Iterator[Plot]:
    """Every way a case can end; the oldest a year ago and more, so that there is a history of classes."""
    yield Plot(ended=275, outcomes={"inspect": ["4,5"]}, sequel="review_done")
    yield Plot(ended=268, outcomes={"inspect": [C]})  # nobody has begun its review, which is overdue
    yield Plot(ended=60, sequel="demoted")
    yield Plot(ended=235, outcomes={"inspect": [C]}, honoured=True, sequel="review_open")
    yield Plot(ended=20, outcomes={"approve_inspection": ["refuse"]})
    yield Plot(ended=70, outcomes=FAILED, sequel="event_open")


def _loops() -> Iterator[Plot]:
    """Cases that came back, and what only some cases meet."""
    yield Plot("propose_class", "countersign", 1, 2, {"inspect": ["4,6"], "countersign": ["reject"]})
    yield Plot("inspect", "decide_grassroots", 1, 4, {"decide_grassroots": ["return_to_inspection"]})
    yield Plot(
        "decide_grassroots", "file_province", 1, 3, {"inspect": ["5,6,9"], "file_province": ["objected"]}, county=1
    )
    yield Plot("draft_order", "return_visit", 1, 1, {"inspect": [C], "return_visit": ["partly"]})
    yield Plot("draft_interview", "hold_interview", 1, 2, {"inspect": [C], "hold_interview": ["no_show"]})
    yield Plot("decide_measures", "list_key", 1, 3, {"inspect": ["refuse"]})
    yield Plot(ended=170, outcomes={"inspect": ["4"]}, comes_back=True)
    yield Plot(ended=165, outcomes={"inspect": [C]}, comes_back=True)
    yield Plot("file_province", "forward_filing", 1, 9, {"inspect": ["4"]}, again=True)
    yield Plot("countersign", "propose_class", 1, 1, {"inspect": ["6"]}, again=True, origin="hazard",
               origin_note="省级监督抽查发现质量安全隐患。", form="special")  # fmt: skip
    yield Plot(ended=45, outcomes={"inspect": ["10"]}, county=1)
    yield Plot(ended=65, outcomes={"inspect": [C], "decide_measures": ["none"]}, county=1)
    yield Plot(ended=30, outcomes={"approve_inspection": ["merge"]}, county=1)
    for ended in (34, 30):  # the units escaped the interview twice: a recall is ordered
        yield Plot(ended=ended, outcomes={"inspect": [C], "hold_interview": ["no_show"] * 2, "escalate": ["recall"]})
