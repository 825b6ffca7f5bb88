"""The parts of a case page as its template draws them: facts, stepper, next step, lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cases.acting import legal_date
from cases.models import Assignment, Attachment, AuditEvent, Case, Deadline, Opinion, Procedure, Proposal
from cases.packs.loader import load_roles
from cases.rules.grounds import Ground
from cases.selectors.notifications import rule_title
from cases.selectors.written import written
from notices.models import Document
from notices.packs import kind_of
from workflow.selectors.case_page import CasePage, Turn
from workflow.selectors.case_words import event_key, event_tone, event_words, mode_words, outcome_words
from workflow.selectors.class_events import ClassEvents
from workflow.steps import STEPS
from workflow.steps.about import told_of

TABS: Final = ("documents", "inspection", "grounds", "measures", "service", "deadlines", "log")
LIST_TABS: Final = ("documents", "listing", "service", "deadlines", "log")
TABS_OF: Final[Mapping[str, Sequence[str]]] = {
    Procedure.ESCALATION: ("documents", "service", "deadlines", "log"),
    Procedure.LISTING: LIST_TABS,
    Procedure.DELISTING: LIST_TABS,
}
"""The tabs of a case by its procedure, where not all of `TABS` apply."""
SHOWN_PRODUCTS: Final = 3


def address(name: str, *args: Any) -> str:
    """The address of a page, or "" while there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def facts(page: CasePage) -> list[dict[str, str]]:
    """The facts under the head: `label`, `value`, optional `url`."""
    case, unit = page.case, page.case.enterprise
    products = [f"{product.name}（{product.get_risk_level_display()}）" for product in page.products[:SHOWN_PRODUCTS]]
    more = len(page.products) - SHOWN_PRODUCTS
    if more > 0:
        products.append(ngettext("%(number)s more", "%(number)s more", more) % {"number": more})
    origin = " · ".join(filter(None, (case.get_origin_display(), case.origin_note)))
    rows = [
        (_("Legal representative"), unit.legal_representative, ""),
        (_("Phone"), masked(unit.phone), ""),
        (_("Address"), unit.address, ""),
        (_("Lead / second inspector"), _pair(page), ""),
        (_("Opened on"), written(legal_date(case.opened_at)), ""),
        (_("Origin"), origin, ""),
        (_("Procedure"), str(case.get_procedure_display()), ""),
        (_("Form of inspection"), str(case.get_form_display()), ""),
        (_("Products"), "、".join(products) or unit.product_category, ""),
        (_("Handling body"), case.body.name, ""),
        (_("Rule pack"), case.pack, address("pack_detail", case.pack.partition("@")[0])),
        (_("Other cases, 3 years"), str(page.related), f"{address('case_list')}?q={unit.uscc}" if page.related else ""),
    ]
    if case.closed_at:
        closing = " · ".join(filter(None, (written(legal_date(case.closed_at)), case.closing_reason)))
        rows.append((_("Closed on"), closing, ""))
    return [{"label": label, "value": value or "—", "url": url} for label, value, url in rows]


def masked(phone: str) -> str:
    """A telephone number of which only the ends are shown."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else phone


def _pair(page: CasePage) -> str:
    names = [page.inspectors(role) for role in (Assignment.Role.LEAD, Assignment.Role.SECOND)]
    return " / ".join(filter(None, names))


def turn_parts(turn: Turn) -> dict[str, Any]:
    """One open step: the words, the button and its conditions."""
    item = turn.item
    url = address("task", item.pk)
    if turn.taken:
        whose = _("Your turn")
    elif turn.yours:
        whose = _("Waiting for somebody of your post: you may take it")
    elif item.owner:
        whose = _("In the hands of %(name)s") % {"name": item.owner.name}
    else:
        whose = _("Waiting at %(body)s") % {"body": item.body.name}
    return {
        "turn": turn,
        "pk": item.pk,
        "title": turn.step.title,
        "clause": turn.step.clause,
        "told": told_of(turn.step),
        "whose": whose,
        "roles": "" if item.owner else "、".join(roles_with(turn.step.permission)),
        "url": url,
        "ready": turn.ready and bool(url),
        "conditions": turn.conditions,
        "met": sum(condition.ok for condition in turn.conditions),
        "late": turn.left is not None and turn.left < 0,
    }


def roles_with(permission: str) -> list[str]:
    """Names of the roles whose posts carry a permission."""
    english = get_language() == "en"
    roles = [role for role in load_roles().values() if permission in role.permissions]
    return [role.en if english else role.zh for role in roles]


def timeline(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """Events for the timeline component and the log, in words."""
    return [
        {
            "sequence": event.sequence,
            "title": event_words(event.action, event.data),
            "at": event.at,
            "who": who(event),
            "body": event.body.name if event.body else "",
            "reason": event.data.get("reason", ""),
            "tone": event_tone(event.action, event.data),
            "hash": event.hash,
            "key": event_key(event.action, event.data),
        }
        for event in events
    ]


def who(event: AuditEvent) -> str:
    """The person, for whom they stood in, or the system."""
    if event.actor is None:
        return _("System")
    if event.on_behalf_of is None:
        return event.actor.name
    return _("%(name)s for %(absent)s") % {"name": event.actor.name, "absent": event.on_behalf_of.name}


def documents(page: CasePage, rows: Iterable[Document]) -> list[dict[str, str]]:
    """Documents for the list component."""
    return [
        {
            "title": kind_of(document.kind).zh,
            "url": address("document_detail", document.pk),
            "note": _document_note(document),
            **_document_state(document),
            "download_url": address("document_file", document.pk) if hasattr(document, "file") else "",
        }
        for document in rows
    ]


def _document_note(document: Document) -> str:
    issue = document.issued
    if issue is None:
        drafter = document.drafted_by.name if document.drafted_by else ""
        day = written(legal_date(document.drafted_at))
        return " · ".join(filter(None, (_("Draft of %(day)s") % {"day": day}, drafter)))
    issuer = issue.issued_by.name if issue.issued_by else ""
    served = _("served on %(day)s") % {"day": written(document.served_on)} if document.served_on else ""
    return " · ".join(filter(None, (issue.number, written(issue.issued_on), issuer, served)))


def _document_state(document: Document) -> dict[str, str]:
    if document.state == Document.State.ISSUED and document.served_on:
        return {"status": _("Served"), "tone": "ok"}
    if document.state == Document.State.ISSUED and kind_of(document.kind).served:
        return {"status": _("Issued, not served"), "tone": "warn"}
    tones = {Document.State.DRAFT: "warn", Document.State.ISSUED: "ok", Document.State.VOIDED: "danger"}
    return {"status": str(document.get_state_display()), "tone": tones[Document.State(document.state)]}


def opinion_rounds(opinions: Sequence[Opinion]) -> list[dict[str, Any]]:
    """Every opinion ever given, by round, the latest round first."""
    rounds: dict[int, list[dict[str, Any]]] = {}
    for opinion in opinions:
        step = STEPS.get(opinion.step)
        rounds.setdefault(opinion.round, []).append(
            {
                "opinion": opinion,
                "step": step.title if step else event_words(opinion.step, {}),
                "outcome": outcome_words(opinion.step, opinion.outcome),
                "tone": event_tone(opinion.step, {"outcome": opinion.outcome}),
                "mode": mode_words(opinion.mode),
                "who": opinion.author.name if opinion.author else _("System"),
            }
        )
    return [{"round": number, "opinions": rounds[number]} for number in sorted(rounds, reverse=True)]


def proposals(rows: Iterable[Proposal]) -> list[dict[str, Any]]:
    """Every attempt to classify, with its grounds in the reader's language and its signers."""
    language = get_language() or ""
    tones = {"noted": "ok", "open": "info"}
    return [
        {
            "proposal": proposal,
            "quality_class": proposal.proposed_class or proposal.computed_class,
            "computed_mode": mode_words(proposal.computed_mode),
            "mode": mode_words(proposal.mode),
            "grounds": [Ground.from_dict(ground).in_language(language) for ground in proposal.grounds],
            "failed": "、".join(proposal.failed),
            "tone": tones.get(proposal.outcome, "warn"),
            "signers": _signers(proposal),
        }
        for proposal in rows
    ]


def risk_events(events: ClassEvents) -> list[dict[str, Any]]:
    """The risk events behind a class as rows: which, when, and what became of it; late ones last."""
    rows = [(event, _("Refuted since"), "danger") for event in events.refuted]
    rows += [(event, _("Counted"), "info") for event in events.counted if event not in events.refuted]
    rows += [(event, _("Verified since: not counted yet"), "warn") for event in events.waiting]
    return [
        {
            "title": event.title,
            "kind": event.get_kind_display(),
            "on": event.occurred_on,
            "url": address("event_detail", event.pk),
            "state": state,
            "tone": tone,
        }
        for event, state, tone in rows
    ]


def _signers(proposal: Proposal) -> list[dict[str, Any]]:
    rows = (
        (_("Proposed by"), proposal.proposed_by, proposal.proposed_on),
        (_("Second signature"), proposal.second_signer, None),
        (_("Agreed by"), proposal.agreed_by, proposal.agreed_on),
        (_("Forwarded by"), proposal.forwarded_by, proposal.forwarded_on),
        (_("Filed by"), proposal.filed_by, proposal.filed_on),
    )
    return [{"label": label, "name": user.name, "on": day} for label, user, day in rows if user]


def clocks(page: CasePage) -> list[dict[str, Any]]:
    """Deadlines for the table, the open ones first."""
    words = {Deadline.State.MET: "met", Deadline.State.SUSPENDED: "suspended", Deadline.State.CANCELLED: "met"}
    return [
        {
            "clock": clock,
            "deadline": clock.deadline,
            "title": rule_title(clock.deadline.rule),
            "state": words.get(Deadline.State(clock.deadline.state), "open"),
            "late": clock.deadline.state == Deadline.State.RUNNING and clock.left < 0,
            "url": address("deadline_detail", clock.deadline.pk),
            "entries": list(clock.deadline.entries.all()),
        }
        for clock in page.clocks
    ]


def pictures(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Attachments for the grid: what can be shown small, and what is only named."""
    return [
        {
            "attachment": attachment,
            "url": address("attachment", attachment.pk),
            "thumb": address("attachment_thumb", attachment.pk)
            if attachment.content_type in ("image/jpeg", "image/png", "image/webp")
            else "",
            "kind": attachment.name.rsplit(".", 1)[-1].upper()[:5],
        }
        for attachment in attachments
    ]


def tab_names(case: Case) -> Sequence[str]:
    """The tabs that apply to a case, the first of them shown unless asked otherwise."""
    return TABS_OF.get(case.procedure, TABS)


def tabs(page: CasePage, current: str) -> list[dict[str, Any]]:
    """The tabs as addresses of their own, so that each can be sent to a colleague."""
    measures = sum(page.numbers[name] for name in ("interviews", "orders", "referrals", "escalations"))
    counted: Mapping[str, tuple[str, int]] = {
        "documents": (_("Documents"), len(page.documents)),
        "inspection": (_("Inspections"), page.numbers["rounds"]),
        "grounds": (_("Grounds of the class"), len(page.proposals)),
        "measures": (_("Measures"), measures),
        "listing": (_("Grounds of the listing"), len(page.opinions)),
        "service": (_("Service"), page.numbers["services"]),
        "deadlines": (_("Deadlines"), len(page.clocks)),
        "log": (_("Log"), page.numbers["events"]),
    }
    return [
        {"label": label, "count": count, "url": f"?tab={name}#tabs", "current": name == current}
        for name, (label, count) in ((name, counted[name]) for name in tab_names(page.case))
    ]
