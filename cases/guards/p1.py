"""The guards of the main process (P1): one function a step, asked by page, service and API alike."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import assigned, certified, holds, in_status, none_running, unconflicted, uninvolved
from cases.models import Assignment, Body, Case, Deadline, Enterprise, Proposal, RectificationOrder
from cases.models.case import CLASSIFYING
from cases.packs.settings import default_of
from cases.selectors.bodies import ancestor_at
from cases.selectors.cases import inspections_this_year, latest_proposal, open_order
from cases.selectors.settings import setting_for


def may_open_case(enterprise: Enterprise, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "create_case", enterprise.territorial_body),
        Condition(
            "enterprise_active",
            enterprise.status not in ("deregistered", "revoked"),
            _("The enterprise must still exist: it is neither deregistered nor revoked."),
        ),
        none_running(enterprise, *CLASSIFYING),
    ]


def may_approve_inspection(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "planned"),
        holds(acting, "approve_inspection", case.body),
        unconflicted(acting.person, case, acting),
    ]


def within_cap(case: Case, year: int) -> Condition:
    """The yearly cap per enterprise (国办发〔2024〕54号); complaints, transfers and hazards are exempt [A]."""
    key = "inspection.yearly_cap"
    cap = setting_for(case.body, key, default_of(key))
    exempt = setting_for(case.body, "inspection.cap_exempt_origins", default_of("inspection.cap_exempt_origins"))
    done = inspections_this_year(case, year)
    return Condition(
        "frequency_cap",
        case.origin in exempt or done < cap,
        _(
            "At most %(cap)d inspections of an enterprise a year (so far: %(done)d); "
            "complaints, transfers and hazards are exempt."
        )
        % {"cap": cap, "done": done},
        clause="国办发〔2024〕54号",
    )


def may_assign(case: Case, acting: Acting) -> list[Condition]:
    return [in_status(case, "approved", "review_due"), holds(acting, "assign_inspector", case.body)]


def may_inspect(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "assigned", "inspecting"),
        holds(acting, "inspect_enterprise", case.territorial_body),
        assigned(case, acting.authority),
        certified(acting.person, acting),
        unconflicted(acting.person, case, acting),
    ]


def may_refer(case: Case, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "refer_penalty", case.territorial_body),
        unconflicted(acting.person, case, acting),
    ]


def may_propose(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "evaluated"),
        holds(acting, "propose_class", case.territorial_body),
        assigned(case, acting.authority, Assignment.Role.LEAD),
        certified(acting.person, acting),
        unconflicted(acting.person, case, acting),
    ]


def may_countersign(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "proposed"),
        holds(acting, "propose_class", case.territorial_body),
        assigned(case, acting.authority, Assignment.Role.SECOND),
        certified(acting.person, acting),
        unconflicted(acting.person, case, acting),
    ]


def _inspectors_and_signers(case: Case, proposal: Proposal | None) -> set[int | None]:
    inspectors = set(Assignment.objects.filter(case=case).values_list("user_id", flat=True))
    inspectors |= set(case.replacements.values_list("user_id", flat=True))
    signers = {proposal.proposed_by_id, proposal.second_signer_id} if proposal else set()
    return {*inspectors, *signers} - {None}


def may_decide_grassroots(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "signed"),
        holds(acting, "approve_grassroots", case.body),
        uninvolved(acting.person, _inspectors_and_signers(case, latest_proposal(case))),
        unconflicted(acting.person, case, acting),
    ]


def city_body(case: Case) -> Body | None:
    """The city a county's filing passes through; None where the county stands directly under the province."""
    return ancestor_at(case.body, Body.Level.CITY) if case.body.level == Body.Level.COUNTY else None


def may_forward(case: Case, acting: Acting) -> list[Condition]:
    proposal = latest_proposal(case)
    others = _inspectors_and_signers(case, proposal) | ({proposal.agreed_by_id} if proposal else set())
    body = city_body(case) or case.body
    return [
        in_status(case, "agreed"),
        holds(acting, "forward_filing", body),
        uninvolved(acting.person, others),
        unconflicted(acting.person, case, acting),
    ]


def may_file(case: Case, acting: Acting) -> list[Condition]:
    proposal = latest_proposal(case)
    others = _inspectors_and_signers(case, proposal)
    if proposal:
        others |= {proposal.agreed_by_id, proposal.forwarded_by_id}
    province = ancestor_at(case.body, Body.Level.PROVINCE) or case.body
    return [
        in_status(case, "agreed", "forwarded"),
        holds(acting, "file_province", province),
        uninvolved(acting.person, others - {None}),
        unconflicted(acting.person, case, acting),
    ]


def may_list_key(case: Case, acting: Acting) -> list[Condition]:
    return [in_status(case, "effective"), holds(acting, "manage_key_list", case.body)]


def may_decide_measures(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "listed"),
        holds(acting, "decide_measures", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_draft_interview(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "measures"),
        holds(acting, "inspect_enterprise", case.territorial_body),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_interview(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "measures"),
        holds(acting, "issue_interview", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_serve(case: Case, acting: Acting) -> list[Condition]:
    return [holds(acting, "serve_document", case.territorial_body), unconflicted(acting.person, case, acting)]


def may_hold_interview(case: Case, acting: Acting) -> list[Condition]:
    interview = case.interviews.order_by("-attempt").first()
    return [
        in_status(case, "interviewing"),
        holds(acting, "hold_interview", case.body),
        unconflicted(acting.person, case, acting),
        Condition(
            "interview_day",
            interview is not None and interview.scheduled_at <= acting.at,
            _("The time of the interview must have come."),
        ),
    ]


def may_draft_order(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "ordering"),
        holds(acting, "inspect_enterprise", case.territorial_body),
        unconflicted(acting.person, case, acting),
    ]


def may_issue_order(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "ordering"),
        holds(acting, "issue_rectification", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_report(case: Case, acting: Acting) -> list[Condition]:
    order = open_order(case)
    return [
        in_status(case, "rectifying"),
        holds(acting, "submit_rectification", case.territorial_body),
        _served(order),
    ]


def _served(order: RectificationOrder | None) -> Condition:
    return Condition(
        "order_served",
        order is not None and order.served_on is not None,
        _("The rectification order must have been served: its clock starts on service."),
    )


def may_ask_extension(case: Case, acting: Acting) -> list[Condition]:
    order = open_order(case)
    return [
        in_status(case, "rectifying"),
        holds(acting, "submit_rectification", case.territorial_body),
        _served(order),
        Condition(
            "one_extension",
            order is None or not hasattr(order, "extension"),
            _("An extension may be asked for once only."),
        ),
    ]


def may_decide_extension(case: Case, acting: Acting) -> list[Condition]:
    order = open_order(case)
    extension = getattr(order, "extension", None) if order else None
    return [
        in_status(case, "rectifying"),
        holds(acting, "issue_rectification", case.body),
        Condition(
            "extension_pending",
            extension is not None and extension.granted is None,
            _("A request for extension must be waiting for a decision."),
        ),
    ]


def may_visit(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "revisiting"),
        holds(acting, "return_visit", case.territorial_body),
        certified(acting.person, acting),
        unconflicted(acting.person, case, acting),
    ]


def may_withdraw_honours(case: Case, acting: Acting) -> list[Condition]:
    return [holds(acting, "withdraw_honour", case.body), unconflicted(acting.person, case, acting)]


def may_escalate(case: Case, acting: Acting) -> list[Condition]:
    return [
        in_status(case, "escalating"),
        holds(acting, "escalate", case.body),
        unconflicted(acting.person, case, acting),
    ]


def may_close(case: Case, acting: Acting) -> list[Condition]:
    running = Deadline.objects.filter(case=case, state__in=[Deadline.State.RUNNING, Deadline.State.SUSPENDED]).exclude(
        subject__in=["step:close_case", "step:refer_penalty"]
    )
    return [
        in_status(case, "visited"),
        holds(acting, "close_case", case.body),
        Condition("no_running_deadline", not running.exists(), _("No other deadline of the case may be running.")),
    ]
