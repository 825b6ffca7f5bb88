"""The life of a case (P1 to P5): which event leads from which status to which. Nothing else changes a status."""

from typing import Final

from cases.rules.errors import RuleError

FINAL: Final = frozenset(
    {
        "closed", "escalated", "refused", "terminated",  # P1
        "rejected",  # P2: no demotion
        "on_list", "not_listed", "off_list", "still_listed",  # P4
        "returned_down", "lifted", "referred",  # P5
    }
)  # fmt: skip

CLASS_SETTLED: Final = frozenset(
    {
        "effective", "listed", "measures", "interviewing", "ordering", "rectifying", "revisiting", "visited",
        "escalating",
    }
)  # fmt: skip
"""A classifying case goes on here, but its class is already in force: the next decision may begin."""

FIRST_STATUS: Final = {
    "main": "planned",
    "event": "triggered",
    "review": "review_due",
    "listing": "candidate",
    "delisting": "delisting_asked",
    "escalation": "proposed_up",
}
"""Where the case of each procedure begins."""

_UNDECIDED: Final = (
    "triggered", "approved", "assigned", "inspecting", "inspected", "evaluated", "proposed", "signed", "agreed",
    "forwarded",
)  # fmt: skip

# event -> {status before: status after}; the numbers are the nodes of P1
TRANSITIONS: Final[dict[str, dict[str, str]]] = {
    "approve": {"planned": "approved"},  # 2
    "refuse": {"planned": "refused"},
    "assign": {"approved": "assigned"},  # 3
    "start_inspection": {"assigned": "inspecting", "inspecting": "inspecting"},  # 4
    "submit_inspection": {"assigned": "inspected", "inspecting": "inspected"},
    "evaluate": {"inspected": "evaluated"},  # 7
    "propose": {"evaluated": "proposed"},  # 8
    "countersign": {"proposed": "signed"},
    "reject_signature": {"proposed": "evaluated"},
    "agree": {"signed": "agreed"},  # 9
    "return_to_inspection": {"signed": "assigned"},
    "return_to_opinion": {"signed": "evaluated"},
    "forward": {"agreed": "forwarded"},  # 10
    "return_to_grassroots": {"agreed": "signed", "forwarded": "signed"},  # 10, 11
    "note_filing": {"agreed": "filed", "forwarded": "filed"},  # 11
    "take_effect": {"filed": "effective"},  # 12
    "list_key": {"effective": "listed"},  # 14
    "need_measures": {"listed": "measures"},  # 15
    "summon": {"measures": "interviewing"},  # 16
    "summon_again": {"interviewing": "measures"},  # 17, no-show
    "interview_held": {"interviewing": "ordering"},  # 17
    "order_served": {"ordering": "rectifying"},  # 18
    "report": {"rectifying": "revisiting"},  # 19
    "order_again": {"revisiting": "ordering"},  # 20, partly
    "visit_passed": {"revisiting": "visited"},
    "escalate_needed": {"revisiting": "escalating", "interviewing": "escalating"},  # 17, 20
    "escalate": {"escalating": "escalated"},  # 22
    # P2, on an event: on record, or by an inspection from node 3 of P1 on
    "decide_on_record": {"triggered": "signed"},
    "decide_inspect": {"triggered": "approved"},
    "return_to_basis": {"signed": "triggered"},
    "reject_demotion": {"signed": "rejected"},
    "return_to_desk": {"signed": "desk_checking"},
    "drop_demotion": dict.fromkeys(_UNDECIDED, "rejected"),  # the events it rests on were refuted
    # P3, annual review: on paper, or by an inspection from node 2 of P1 on
    "assign_desk": {"review_due": "desk_checking"},
    "desk_enough": {"desk_checking": "inspected"},
    "need_onsite": {"desk_checking": "planned"},
    "back_to_desk": {"planned": "desk_checking"},
    "compute_anew": {"filed": "inspected"},  # an event froze the upgrade while it waited for its day
    # P4, lists
    "tell": {"candidate": "telling", "telling": "telling"},  # told anew after a return to the drafter
    "told": {"telling": "hearing"},
    "tell_anew": {"telling": "telling", "hearing": "telling", "deciding": "telling"},  # the notice was declared void
    "heard": {"hearing": "deciding"},
    "decide_list": {"deciding": "answering", "delisting_asked": "answering"},
    "enter_list": {"answering": "on_list"},
    "decline_listing": {"answering": "not_listed"},
    "leave_list": {"answering": "off_list"},
    "stay_listed": {"answering": "still_listed"},
    # P5, escalation
    "take_over": {"proposed_up": "taken_over"},
    "return_down": {"taken_over": "returned_down"},
    "put_on_board": {"proposed_up": "noticing"},
    "board_served": {"noticing": "watching"},
    "ask_lifting": {"watching": "lifting"},
    "keep_watching": {"lifting": "watching"},
    "withdraw_listing": {"watching": "noticing", "lifting": "noticing"},
    "lift": {"lifting": "lift_noticing"},
    "return_lifting": {"lift_noticing": "lifting"},
    "lift_served": {"lift_noticing": "lifted"},
    "refer_listed": {"lifting": "referred"},
    "refuse_escalation": {"proposed_up": "refused"},
    "close": {"visited": "closed", "effective": "closed", "listed": "closed"},  # 13, 15, 23
}

STATUSES: Final = frozenset(
    {*FIRST_STATUS.values(), *(after for table in TRANSITIONS.values() for after in table.values()), "terminated"}
)


def next_status(current: str, event: str) -> str:
    """The status after ``event``; a ``RuleError`` where the event is unknown or out of turn.

    ``terminate`` (death or deregistration of the enterprise) ends a case from every status that is not final.
    """
    if event == "terminate" and current not in FINAL:
        return "terminated"
    table = TRANSITIONS.get(event, {})
    if current not in table:
        raise RuleError(
            "out_of_turn",
            "The case stands at “%(status)s”: this step is not possible now.",
            status=current,
            event=event,
        )
    return table[current]
