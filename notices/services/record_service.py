"""Record an attempt at service; when it succeeds, the document's clock starts (P14)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Max

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import require
from cases.models import Attachment, Body, User
from cases.rules.errors import RuleError, msgid
from cases.rules.grounds import stored_grounds
from cases.selectors.scope import may
from cases.services.jobs import enqueue
from notices.guards.documents import may_serve, servable
from notices.models import Document, Issue, ServiceRecord
from notices.packs import service_law
from notices.rules.service import Attempt, Service, service_of
from notices.selectors.service import (
    confirmed_address,
    failed_attempts,
    goes_to_body,
    running_notice,
    server_body,
    serving_permission,
    usual_place,
    waiting_addressees,
)
from notices.services.consequences import when_served
from notices.services.draft_document import lock_document, record_on_document
from notices.services.papers import issue_paper
from notices.signals import document_served

MATURITY_JOB = "notices.public_notice_matures"


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What the servers write down; see `notices.rules.service.Attempt` for what the kinds ask for.

    `second_server` is the other of the two officers; the acting person is the first unless `first_server` says who was.
    `body` is whom a letter to several bodies was served on.
    """

    kind: str
    attempted_on: date
    body: Body | None = None
    succeeded: bool = True
    received_on: date | None = None
    recipient: str = ""
    recipient_role: str = ""
    proxy_reason: str = ""
    place: str = ""
    first_server: User | None = None
    second_server: User | None = None
    receipt_signed: bool = False
    witness: str = ""
    witness_unit: str = ""
    refusal_reason: str = ""
    failure_kind: str = ""
    failure_reason: str = ""
    on_video: bool = False
    reference: str = ""
    direct_difficulty: str = ""
    posted: bool = False
    address_proved_wrong: bool = False
    whereabouts_unknown: bool = False
    note: str = ""
    evidence: tuple[Attachment, ...] = field(default=())


@transaction.atomic
def record_service(*, document: Document, facts: ServiceFacts, acting: Acting) -> ServiceRecord:
    """Append the attempt. Raises Blocked, or the RuleError of `service_of` naming what is missing by which clause.

    A document is served once, by the first attempt that takes effect; one to several bodies once on each of them
    (RuleErrors `addressee_missing`, `addressee_served`). A public notice takes effect on a day to come;
    the job `matures:<pk>` marks the document served on it, unless it was served in person before.
    """
    document = lock_document(document)
    require(may_serve(document, acting, facts.kind))
    return _append(document, facts, _servers(document, facts, acting), acting)


@transaction.atomic
def record_receipt(*, document: Document, facts: ServiceFacts, server: User, acting: Acting) -> ServiceRecord:
    """Append the service that the party itself made by fetching the document; `server` is who sent it the link.

    Raises Blocked, or the RuleError of `service_of`.
    """
    document = lock_document(document)
    require(servable(document))
    return _append(document, facts, [server], acting, logged=True)


def _append(
    document: Document, facts: ServiceFacts, servers: list[User], acting: Acting, *, logged: bool = False
) -> ServiceRecord:
    _require_addressee(document, facts)
    service = service_of(_attempt(document, facts, acting, len(servers), logged), service_law())
    record = ServiceRecord.objects.create(
        document=document,
        body=facts.body,
        kind=facts.kind,
        attempted_on=facts.attempted_on,
        succeeded=facts.succeeded,
        served_on=service.served_on,
        recipient=facts.recipient.strip(),
        recipient_role=facts.recipient_role,
        proxy_reason=facts.proxy_reason.strip(),
        place=facts.place.strip() or usual_place(document, facts.attempted_on, facts.body),
        first_server=servers[0],
        second_server=servers[1] if len(servers) > 1 else None,
        witness=facts.witness.strip(),
        witness_unit=facts.witness_unit.strip(),
        refusal_reason=facts.refusal_reason.strip(),
        failure_reason=facts.failure_reason.strip(),
        particulars=_particulars(facts),
        grounds=stored_grounds(service.grounds),
        note=facts.note.strip(),
        recorded_by=acting.user,
        recorded_at=acting.at,
    )
    record.evidence.set(facts.evidence)
    data = {"document": document.pk, "service": record.pk, "kind": record.kind, "served_on": record.served_on}
    record_on_document(document, "document.service_recorded", acting, {**data, "succeeded": record.succeeded})
    if record.succeeded:
        issue_paper(kind="service_receipt", subject=f"service:{record.pk}", acting=acting)
    _take_effect(document, record, service, acting)
    return record


def _require_addressee(document: Document, facts: ServiceFacts) -> None:
    """Where the letter goes to several bodies, one of them is named that has not been served."""
    addressees = {each.body_id: each for each in document.addressees.all()}
    if facts.body is None and not addressees:
        return
    found = addressees.get(facts.body.pk) if facts.body is not None else None
    if facts.body is None or found is None:
        raise RuleError("addressee_missing", "Say on which of its addressees it was served.", field="body")
    if found.served_on is not None:
        message = msgid("It has been served on %(body)s already.")
        raise RuleError("addressee_served", message, field="body", body=facts.body.name)


def _clause(kind: str) -> str:
    """The article on services of the kind; the act alone where there is no such kind, which `service_of` refuses."""
    law = service_law()
    return f"{law.act}{law.clauses.get(kind, '')}"


def _servers(document: Document, facts: ServiceFacts, acting: Acting) -> list[User]:
    clause = _clause(facts.kind)
    servers = [facts.first_server or acting.person]
    if facts.second_server is not None:
        servers.append(facts.second_server)
    if len({server.pk for server in servers}) < len(servers):
        raise RuleError("one_server_twice", "The two servers must be two persons.", clause, field="second_server")
    if facts.kind == ServiceRecord.Kind.PUBLIC_NOTICE:
        return servers
    for server in servers:
        if server.pk != acting.person.pk and not may(server, serving_permission(document), server_body(document)):
            message = msgid("%(name)s may not serve documents here.")
            raise RuleError("server_not_entitled", message, clause, field="second_server", name=str(server))
    return servers


def _attempt(document: Document, facts: ServiceFacts, acting: Acting, servers: int, logged: bool) -> Attempt:
    """The facts with what the file knows: consent, confirmed address, earlier failures."""
    if any(attachment.case_id != document.case_id for attachment in facts.evidence):
        raise RuleError(
            "foreign_evidence", "The evidence belongs to another case.", _clause(facts.kind), field="evidence"
        )
    enterprise = None if goes_to_body(document) else document.enterprise
    confirmed = None if enterprise is None else confirmed_address(enterprise, facts.attempted_on)
    return Attempt(
        kind=facts.kind,
        issued_on=Issue.objects.get(document=document).issued_on,
        today=acting.today,
        attempted_on=facts.attempted_on,
        succeeded=facts.succeeded,
        servers=servers,
        received_on=facts.received_on,
        recipient=facts.recipient,
        recipient_role=facts.recipient_role,
        proxy_reason=facts.proxy_reason,
        place=facts.place,
        receipt_signed=facts.receipt_signed,
        witness=facts.witness,
        witness_unit=facts.witness_unit,
        refusal_reason=facts.refusal_reason,
        on_video=facts.on_video,
        reference=facts.reference,
        direct_difficulty=facts.direct_difficulty,
        posted=facts.posted,
        evidence=len(facts.evidence),
        logged=logged,
        electronic_addresses=confirmed.electronic_addresses if confirmed else (),
        designated=confirmed.designated if confirmed else "",
        address_confirmed=confirmed is not None,
        address_proved_wrong=facts.address_proved_wrong,
        natural_person=enterprise is not None and enterprise.individual_household,
        between_bodies=enterprise is None,
        whereabouts_unknown=facts.whereabouts_unknown,
        failures=failed_attempts(document, facts.body),
        notice_until=running_notice(document, facts.body),
        reason=facts.note,
        failure_reason=facts.failure_reason,
    )


def _particulars(facts: ServiceFacts) -> dict[str, Any]:
    names = (
        "receipt_signed", "on_video", "reference", "direct_difficulty", "failure_kind", "posted",
        "address_proved_wrong", "whereabouts_unknown",
    )  # fmt: skip
    stated = {name: value for name in names if (value := getattr(facts, name))}
    return stated | ({"received_on": facts.received_on.isoformat()} if facts.received_on else {})


def _take_effect(document: Document, record: ServiceRecord, service: Service, acting: Acting) -> None:
    if service.served_on is None:
        return
    if service.served_on <= acting.today:
        mark_served(document=document, served_on=service.served_on, body=record.body, acting=acting)
        return
    moment = datetime.combine(service.served_on, time(0, 0), LEGAL_ZONE)
    enqueue(
        kind=MATURITY_JOB, payload={"service": record.pk}, key=f"matures:{record.pk}", at=acting.at, run_after=moment
    )


@transaction.atomic
def mark_served(*, document: Document, served_on: date, body: Body | None = None, acting: Acting) -> None:
    """The locked document counts as served from `served_on`; whatever waited for it starts.

    One to several bodies counts as served on `body`. What it asks is asked of the body in whose place it lies, so the
    clock starts with the service on that one; the whole is served with the last of them.
    """
    told: dict[str, Any] = {"document": document.pk, "served_on": served_on}
    if body is None:
        _finish(document, served_on)
    else:
        document.addressees.filter(body=body).update(served_on=served_on)
        told["body"] = body.short_name
        if not waiting_addressees(document).exists():
            last = document.addressees.aggregate(last=Max("served_on"))["last"]
            _finish(document, last)
    record_on_document(document, "document.served", acting, told)
    if body is None or body.pk == document.place_id:
        when_served(document, served_on, acting)
        document_served.send(sender=Document, document=document, served_on=served_on, acting=acting)


def _finish(document: Document, served_on: date) -> None:
    document.served_on = served_on
    document.save(update_fields=["served_on"])
