"""Append to the audit trail, and prove it whole."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from cases.acting import Acting
from cases.models.audit import AuditEvent
from cases.models.body import Body
from cases.models.case import Case


def _digest(previous: str, *, stream: str, sequence: int, event: AuditEvent) -> str:
    content = json.dumps(
        [
            previous,
            stream,
            sequence,
            event.at.astimezone(UTC).isoformat(),
            event.actor_id,
            event.on_behalf_of_id,
            event.body_id,
            event.case_id,
            event.action,
            event.data,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """The data as the database will give it back, so the hash can be computed again."""
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return plain


@transaction.atomic
def record(
    *,
    stream: str,
    action: str,
    acting: Acting,
    data: dict[str, Any] | None = None,
    case: Case | None = None,
    body: Body | None = None,
) -> AuditEvent:
    """Append one event; must run inside the transaction of the change it tells of.

    Two writers on one stream cannot fork the chain: the unique (stream, sequence) lets one of them fail and roll back
    with its change. Cases are locked by their services, so in practice nobody meets that.
    """
    last = AuditEvent.objects.filter(stream=stream).order_by("-sequence").only("sequence", "hash").first()
    event = AuditEvent(
        stream=stream,
        sequence=last.sequence + 1 if last else 1,
        at=acting.at,
        actor=acting.user,
        on_behalf_of=acting.on_behalf_of,
        body=body,
        case=case,
        action=action,
        data=_plain(data or {}),
        previous_hash=last.hash if last else "",
    )
    event.hash = _digest(event.previous_hash, stream=stream, sequence=event.sequence, event=event)
    event.save(force_insert=True)
    return event


def record_first(
    *, events: Mapping[str, tuple[Body | None, dict[str, Any]]], action: str, acting: Acting
) -> list[AuditEvent]:
    """Begin many streams at once, each with its first event; `events` gives the body and the data of each stream.

    A stream that has events already makes the whole fail: the numbers within a stream are unique.
    """
    begun = []
    for stream, (body, data) in events.items():
        event = AuditEvent(
            stream=stream,
            sequence=1,
            at=acting.at,
            actor=acting.user,
            on_behalf_of=acting.on_behalf_of,
            body=body,
            action=action,
            data=_plain(data),
            previous_hash="",
        )
        event.hash = _digest("", stream=stream, sequence=1, event=event)
        begun.append(event)
    return AuditEvent.objects.bulk_create(begun)


def record_on_case(
    case: Case, action: str, acting: Acting, data: dict[str, Any] | None = None, *, body: Body | None = None
) -> AuditEvent:
    """Append to the stream of a case; ``body`` is whose act it was, the handling body's unless said."""
    return record(stream=f"case:{case.pk}", action=action, acting=acting, data=data, case=case, body=body or case.body)


@dataclass(frozen=True, slots=True)
class BrokenEvent:
    """The first event at which a chain no longer holds."""

    stream: str
    sequence: int
    reason: str


def broken_chains() -> Iterator[BrokenEvent]:
    """Walk every stream once; yield the first bad event of each broken one."""
    stream, sequence, previous, bad = "", 0, "", False
    for event in AuditEvent.objects.order_by("stream", "sequence").iterator(chunk_size=2000):
        if event.stream != stream:
            stream, sequence, previous, bad = event.stream, 0, "", False
        if bad:
            continue
        sequence += 1
        expected = _digest(previous, stream=stream, sequence=sequence, event=event)
        if event.sequence != sequence:
            reason = f"sequence {sequence} is missing"
        elif event.previous_hash != previous:
            reason = "does not follow the event before it"
        elif event.hash != expected:
            reason = "content differs from its hash"
        else:
            previous = event.hash
            continue
        bad = True
        yield BrokenEvent(stream, event.sequence, reason)
