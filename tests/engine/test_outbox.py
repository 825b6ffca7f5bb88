"""Mails and webhooks leave once their transaction has committed, and only where they may."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from cases.models.job import Job
from cases.models.outbox import OutboxMessage
from cases.services import outbox
from cases.services.jobs import retry_job, run_due_jobs
from cases.services.outbox import send_mail_later, send_webhook_later
from tests.factories import NOON, acting

pytestmark = pytest.mark.django_db


def queue_mail(subject: str = "A deadline is near") -> OutboxMessage:
    return send_mail_later(
        recipient="wang@example.org", subject=subject, body="Three days left.", key="rung:7", at=NOON
    )


def test_a_mail_is_sent_once() -> None:
    message = queue_mail()
    assert mail.outbox == []
    run_due_jobs(NOON)
    run_due_jobs(NOON)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["wang@example.org"], "A deadline is near", "Three days left.")
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (OutboxMessage.State.SENT, NOON)


def test_the_same_key_is_the_same_mail() -> None:
    assert queue_mail().pk == queue_mail().pk
    assert Job.objects.count() == 1


def test_a_line_break_in_a_subject_is_no_header() -> None:
    queue_mail(subject="Near\nBcc: everybody@example.org")
    run_due_jobs(NOON)
    assert mail.outbox[0].subject == "Near Bcc: everybody@example.org"
    assert mail.outbox[0].recipients() == ["wang@example.org"]


def test_a_repeated_mail_can_be_recognised() -> None:
    message = queue_mail()
    for _attempt in range(2):  # the worker died between sending and recording
        outbox.send({"message": message.pk})
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second


def test_a_recorded_mail_is_not_sent_again() -> None:
    message = queue_mail()
    run_due_jobs(NOON)
    outbox.send({"message": message.pk})
    assert len(mail.outbox) == 1


def test_a_mail_that_cannot_be_sent_is_an_incident_with_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("no mail server")

    message = queue_mail()
    Job.objects.update(max_attempts=1)
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        assert list(run_due_jobs(NOON).values()) == ["dead"]
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.FAILED

    retry_job(Job.objects.get().pk, acting(None))
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.QUEUED
    assert list(run_due_jobs(NOON).values()) == ["done"]


def test_no_webhook_is_written_by_default() -> None:
    assert send_webhook_later(event="case.closed", payload={"case": 1}, key="w:1", at=NOON) is None
    assert not OutboxMessage.objects.exists()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(self.server.answer)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def receiver(settings: Any) -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.received, server.answer = [], 204
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/hook"
    yield server
    server.shutdown()
    server.server_close()


def test_a_webhook_is_posted_where_one_is_configured(receiver: Any) -> None:
    send_webhook_later(event="case.closed", payload={"case": 1, "name": "㛃"}, key="w:1", at=NOON)
    assert list(run_due_jobs(NOON).values()) == ["done"]
    ((headers, body),) = receiver.received
    assert body == {"case": 1, "name": "㛃"}
    assert (headers["Idempotency-Key"], headers["X-Event"]) == ("w:1", "case.closed")


def test_a_refused_webhook_comes_back(receiver: Any) -> None:
    receiver.answer = 503
    send_webhook_later(event="case.closed", payload={}, key="w:1", at=NOON)
    assert list(run_due_jobs(NOON).values()) == ["backoff"]


def test_a_webhook_address_must_be_http(settings: Any) -> None:
    settings.WEBHOOK_URL = "file:///etc/passwd"
    send_webhook_later(event="case.closed", payload={}, key="w:1", at=NOON)
    assert list(run_due_jobs(NOON).values()) == ["backoff"]
    assert Job.objects.get().last_error.startswith("ValueError")


def test_another_way_to_send_webhooks_can_be_plugged_in() -> None:
    sent: list[OutboxMessage] = []
    outbox.set_webhook_sender(sent.append)
    try:
        message = send_webhook_later(event="case.closed", payload={}, key="w:1", at=NOON)
        run_due_jobs(NOON)
    finally:
        outbox.set_webhook_sender(None)
    assert sent == [message]
