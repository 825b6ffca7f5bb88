"""Five hundred letters from the sheet to the printed page, by two workers at once."""

import hashlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymupdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cases.models import Job, Sequence
from notices.models import Document, DocumentBatch
from notices.selectors.batches import Progress, fingerprint, progress_of
from notices.services.batch import approve_batch, start_batch
from tests.factories import acting, make_body_tree, make_user
from tests.notices.conftest import many_deadlines, subjects

pytestmark = pytest.mark.slow

LETTERS = 500
BROKEN = 100
NO_GLYPH = "\U0002fa1f"
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@contextmanager
def workers(number: int, directory: Path) -> Iterator[list[int]]:
    """So many processes at work; at the end the list says how many jobs each of them did."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(directory),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": "tests",
        "BROKER_URL": "",
        "SIGNER": "",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.notices.press_worker"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(number)
    ]
    shares: list[int] = []
    try:
        yield shares
    finally:
        for worker in running:
            worker.terminate()
        shares.extend(int(worker.communicate(timeout=60)[0] or 0) for worker in running)


def watched(batch: DocumentBatch, over: Callable[[Progress], bool], seconds: float) -> list[Progress]:
    """What the sheet tells while the workers are at it, until it is over."""
    told, end = [progress_of(batch)], time.monotonic() + seconds
    while not over(told[-1]):
        assert time.monotonic() < end, told[-1]
        time.sleep(0.5)
        told.append(progress_of(batch))
    return told


def grew(told: list[int], total: int) -> bool:
    """Whether it was told on the way, and never went back."""
    return told == sorted(told) and any(0 < number < total for number in told) and told[-1] == total


def test_five_hundred_letters_are_drafted_approved_numbered_and_printed_by_two_workers(
    shared_database: None, tmp_path: Path
) -> None:
    bodies = make_body_tree()
    city = bodies["330400"]
    city.document_prefix = "嘉市监"
    city.save()
    overseer, head = make_user("overseer", "overseer", city), make_user("head", "unit_head", city)
    deadlines = many_deadlines(bodies["330402"], make_user("inspector", "inspector", bodies["330402"]), LETTERS)
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(overseer))
    client = Client()
    client.force_login(head)
    sheet = reverse("batch_detail", args=[batch.pk])

    with workers(2, tmp_path) as shares:
        drafting = watched(batch, lambda told: told.drafted == LETTERS, 300)
        watched(batch, lambda told: DocumentBatch.objects.get(pk=batch.pk).state == "drafted", 30)
        broken = batch.items.get(position=BROKEN).document
        broken.fields = {"facts": f"{NO_GLYPH}某公司"}
        broken.save(update_fields=["fields"])
        approve_batch(batch_id=batch.pk, seen=fingerprint(batch), acting=acting(head))
        issuing = watched(batch, lambda told: told.issued + told.failed == LETTERS, 600)
        shown = client.get(sheet).content.decode()
        printing = watched(batch, lambda told: told.issued == LETTERS - 1 and not told.printing, 1800)

    assert min(shares) > LETTERS / 5, shares
    assert grew([told.drafted for told in drafting], LETTERS)
    assert grew([told.issued for told in issuing], LETTERS - 1)
    assert grew([told.printed for told in issuing + printing], LETTERS - 1)
    assert f'max="{LETTERS}" value="' in shown

    batch.refresh_from_db()
    told = progress_of(batch)
    assert (batch.state, told.issued, told.failed, told.unprinted) == ("done", LETTERS - 1, 1, 0)
    failed = batch.items.get(state="failed")
    assert (failed.position, failed.refusal["code"]) == (BROKEN, "missing_glyph")
    assert NO_GLYPH in failed.refusal["words"]["zh-hans"]
    assert Job.objects.filter(kind="notices.render", state=Job.State.DONE).count() == LETTERS - 1

    letters = list(
        Document.objects.filter(batch_items__batch=batch, state="issued")
        .select_related("issue", "file")
        .order_by("batch_items__position")
    )
    assert [letter.issue.serial for letter in letters] == list(range(1, LETTERS))
    assert Sequence.objects.get(purpose="document:reminder_letter").last == LETTERS - 1
    for letter in letters:
        printed = letter.file.file.read()
        assert hashlib.sha256(printed).hexdigest() == letter.file.sha256
        with pymupdf.open(stream=printed) as pages:
            assert letter.number in pages[0].get_text().replace("\n", "").replace(" ", "")

    last = client.get(reverse("batch_pdf", args=[batch.pk]), {"from": "401"})
    assert [each.title for each in PdfReader(io.BytesIO(last.content)).outline] == [
        letter.number for letter in letters[400:]
    ]
