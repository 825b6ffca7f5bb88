"""The pages of batches: choose, review, approve, watch and take away; in both languages and within one's own area."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cases.models import Body, Deadline, User
from cases.services.jobs import run_due_jobs
from notices.models import BatchItem, Document, DocumentBatch
from notices.services.batch import approve_batch, edit_item, start_batch
from notices.services.draft_document import draft_document
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_case, new_deadline, run_batches, subjects
from tests.notices.test_batch import NO_GLYPH, REASON, states


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cache.clear()


def signed_in(user: User, language: str = "en") -> Client:
    """Signed in, and reading in this language."""
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user)
    return client


def keys(rows: list[dict[str, Any]]) -> set[int]:
    return {each["row"].pk for each in rows}


def test_overdue_deadlines_without_a_letter_are_chosen(
    deadlines: list[Deadline], county: Body, city: Body, overseer: User, bodies: dict[str, Body], inspector: User
) -> None:
    draft_document(kind="reminder_letter", subject=f"deadline:{deadlines[0].pk}", acting=acting(overseer))
    Deadline.objects.filter(pk=deadlines[1].pk).update(rule="propose_class")
    Deadline.objects.filter(pk=deadlines[2].pk).update(state="met")
    township = new_deadline(new_case(county, inspector, serial=50), bodies["330402100"])
    client = signed_in(overseer)
    page = client.get(reverse("batch_new"))
    assert keys(page.context["rows"]) == {deadlines[1].pk, deadlines[3].pk, deadlines[4].pk}
    assert keys(client.get(reverse("batch_new"), {"rule": "propose_class"}).context["rows"]) == {deadlines[1].pk}
    assert keys(client.get(reverse("batch_new"), {"body": county.pk}).context["rows"]) == {township.pk}
    answer = client.post(reverse("batch_new"), {"title": "十一月督查", "take": "chosen", "row": [deadlines[4].pk, "x"]})
    batch = DocumentBatch.objects.get()
    assert answer["Location"] == reverse("batch_detail", args=[batch.pk])
    assert (batch.title, batch.body, batch.items.get().subject) == ("十一月督查", city, f"deadline:{deadlines[4].pk}")
    run_batches()
    address = f"{reverse('batch_new')}?rule=propose_class"
    client.post(address, {"title": "其余", "take": "all"})
    assert DocumentBatch.objects.get(title="其余").items.get().subject == f"deadline:{deadlines[1].pk}"


@pytest.mark.parametrize("data", [{"title": "督查", "take": "chosen"}, {"title": " ", "take": "all"}])
def test_nothing_chosen_or_no_name_is_told_and_loses_no_choice(deadlines, overseer, data) -> None:
    answer = signed_in(overseer).post(reverse("batch_new"), {**data, "row": ["x"]})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not DocumentBatch.objects.exists()


def test_drafts_that_stand_are_taken_together(deadlines: list[Deadline], city_head: User, county: Body) -> None:
    for deadline in deadlines[:3]:
        draft_document(kind="reminder_letter", subject=f"deadline:{deadline.pk}", acting=acting(None))
    client = signed_in(city_head)
    page = client.get(reverse("batch_new_drafts"), {"kind": "reminder_letter"})
    assert len(page.context["rows"]) == 3
    client.post(f"{reverse('batch_new_drafts')}?kind=reminder_letter", {"title": "批量", "take": "all"})
    batch = DocumentBatch.objects.get()
    assert batch.items.count() == 3
    assert client.get(reverse("batch_new_drafts")).context["rows"] == []
    run_batches()
    assert states(batch) == ["drafted"] * 3


def test_a_sheet_is_reviewed_approved_printed_and_taken_away(
    drafted: DocumentBatch, city_head: User, overseer: User
) -> None:
    client = signed_in(city_head)
    sheet = reverse("batch_detail", args=[drafted.pk])
    first, second = drafted.items.order_by("position")[:2]
    edit = reverse("batch_item_edit", args=[first.pk])
    assert client.get(edit).status_code == 200
    answer = client.post(edit, {"facts": f"{NO_GLYPH}", "demands": "", "contact": "", "cc": "", "reply_days": ""})
    assert answer["Location"].startswith(sheet)
    told = client.get(sheet)
    assert "our fonts cannot print" in told.content.decode()
    assert told.context["rows"][0]["tone"] == "danger"
    exclude = reverse("batch_item_exclude", args=[second.pk])
    assert client.post(exclude, {"reason": "短"}).status_code == 422
    client.post(exclude, {"reason": REASON})
    assert REASON in client.get(sheet).content.decode()
    assert client.get(reverse("batch_pdf", args=[drafted.pk])).status_code == 302
    assert client.get(reverse("batch_zip", args=[drafted.pk])).status_code == 302
    stale = client.post(reverse("batch_approve", args=[drafted.pk]), {"seen": "0" * 64}, follow=True)
    assert "changed after you opened it" in stale.content.decode()
    client.post(reverse("batch_approve", args=[drafted.pk]), client.get(sheet).context["approve_form"].initial)
    page = client.get(sheet)
    assert 'id="sheet" data-ask-again="' in page.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page.content.decode()
    again = client.post(reverse("batch_approve", args=[drafted.pk]), follow=True)
    assert "has approved the sheet already" in again.content.decode()
    run_batches()
    run_due_jobs(NOON)
    page = client.get(sheet)
    assert "data-ask-again" not in page.content.decode().split('id="sheet"')[1].split(">")[0]
    assert page.context["progress"].printed == 3
    joined = client.get(reverse("batch_pdf", args=[drafted.pk]))
    reader = PdfReader(io.BytesIO(joined.content))
    printed = list(Document.objects.filter(state="issued").select_related("file", "issue").order_by("issue__serial"))
    assert len(reader.pages) == sum(letter.file.pages for letter in printed)
    assert [each.title for each in reader.outline] == [letter.number for letter in printed]
    last = client.get(reverse("batch_pdf", args=[drafted.pk]), {"from": "3"})
    assert len(PdfReader(io.BytesIO(last.content)).pages) == printed[2].file.pages
    archive = b"".join(client.get(reverse("batch_zip", args=[drafted.pk])).streaming_content)
    with zipfile.ZipFile(io.BytesIO(archive)) as kept:
        assert kept.namelist() == [f"{at:04d} {letter.number}.pdf" for at, letter in enumerate(printed, 1)]
        assert [kept.read(name) for name in kept.namelist()] == [letter.file.file.read() for letter in printed]
    client.post(reverse("batch_take_up", args=[drafted.pk]))
    assert states(drafted)[0] == "waiting"


def test_a_damaged_file_is_never_handed_out(drafted: DocumentBatch, city_head: User) -> None:
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches()
    run_due_jobs(NOON)
    kept = Document.objects.filter(state="issued").select_related("file").first()
    assert kept is not None
    Path(kept.file.file.path).write_bytes(b"%PDF-1.7 another")
    client = signed_in(city_head)
    for name in ("batch_pdf", "batch_zip"):
        answer = client.get(reverse(name, args=[drafted.pk]), follow=True)
        assert "damaged" in answer.content.decode()


def test_a_sheet_is_given_up_with_a_reason(drafted: DocumentBatch, overseer: User) -> None:
    client = signed_in(overseer)
    url = reverse("batch_dissolve", args=[drafted.pk])
    short = client.post(url, {"reason": "短"})
    assert short.status_code == 422
    assert '<dialog id="dissolve" aria-labelledby="dissolve-title" open>' in short.content.decode()
    assert states(drafted) == ["drafted"] * 5
    assert "can be put on another one" in client.post(url, {"reason": REASON}, follow=True).content.decode()
    assert len(client.get(reverse("batch_new_drafts")).context["rows"]) == 5


PAGES = ("batch_dissolve", "batch_detail", "batch_pdf", "batch_zip", "batch_approve", "batch_take_up")
LETTER_PAGES = ("batch_item_edit", "batch_item_exclude")


def test_another_county_and_strangers_see_and_change_nothing(
    drafted: DocumentBatch, neighbour: User, client: Client
) -> None:
    item = drafted.items.first()
    assert item is not None
    urls = [reverse(name, args=[drafted.pk]) for name in PAGES] + [
        reverse(name, args=[item.pk]) for name in LETTER_PAGES
    ]
    for url in urls:
        for method in ("get", "post"):
            assert getattr(signed_in(neighbour), method)(url, {"reason": REASON}).status_code in {404, 405}, url
            assert getattr(client, method)(url).status_code in {302, 405}, url
    assert signed_in(neighbour).get(reverse("batch_list")).context["rows"] == []
    assert states(drafted) == ["drafted"] * 5


def test_who_may_only_look_is_told_why(drafted: DocumentBatch, city: Body) -> None:
    reader = make_user("reader", "legal_reviewer", city)
    client = signed_in(reader)
    page = client.get(reverse("batch_detail", args=[drafted.pk]))
    assert not page.context["may_approve"]
    assert not any(row["editable"] or row["excludable"] for row in page.context["rows"])
    item = drafted.items.first()
    assert item is not None
    for name, args in (
        ("batch_approve", drafted.pk),
        ("batch_dissolve", drafted.pk),
        ("batch_item_edit", item.pk),
        ("batch_item_exclude", item.pk),
    ):
        answer = client.post(reverse(name, args=[args]), {"reason": REASON}, follow=True)
        assert "Your post must allow this step" in answer.content.decode()
    assert states(drafted) == ["drafted"] * 5
    assert client.get(reverse("batch_new"), follow=True).context["rows"] == []


@pytest.mark.parametrize(("language", "words"), [("en", "To be approved"), ("zh-hans", "待批准")])
def test_pages_speak_both_languages(drafted: DocumentBatch, overseer: User, language: str, words: str) -> None:
    item = drafted.items.first()
    assert item is not None
    edit_item(item_id=item.pk, fields={"facts": NO_GLYPH}, acting=acting(overseer))
    client = signed_in(overseer, language)
    assert words in client.get(reverse("batch_list")).content.decode()
    sheet = client.get(reverse("batch_detail", args=[drafted.pk])).content.decode()
    assert words in sheet
    assert ("字库" if language == "zh-hans" else "fonts") in sheet
    for url in (reverse("batch_new"), reverse("batch_new_drafts"), reverse("batch_item_exclude", args=[item.pk])):
        assert client.get(url).status_code == 200


def test_lists_and_sheets_cost_the_same_for_more_letters(
    county: Body, city: Body, inspector: User, overseer: User, django_assert_max_num_queries
) -> None:
    def add(first: int, number: int) -> DocumentBatch:
        cases = [new_case(county, inspector, serial=serial) for serial in range(first, first + number)]
        names = subjects([new_deadline(case, county) for case in cases])
        batch = start_batch(kind="reminder_letter", body=city, subjects=names, acting=acting(overseer))
        run_batches()
        new_deadline(new_case(county, inspector, serial=first + 500), county)
        return batch

    def queries(*urls: str) -> int:
        client = signed_in(overseer)
        client.get(urls[0])
        with django_assert_max_num_queries(150) as counted:
            for url in urls:
                assert client.get(url).status_code == 200
        return len(counted.captured_queries)

    few, many = add(1, 2), None
    lists = (reverse("batch_list"), reverse("batch_new"), reverse("batch_new_drafts"))
    before = queries(*lists, reverse("batch_detail", args=[few.pk]))
    many = add(10, 20)
    assert queries(*lists, reverse("batch_detail", args=[many.pk])) == before
    assert BatchItem.objects.count() == 22


def test_the_list_of_documents_and_the_board_lead_to_batches(deadlines: list[Deadline], overseer: User) -> None:
    client = signed_in(overseer)
    assert reverse("batch_list") in client.get(reverse("document_list")).content.decode()
    assert reverse("batch_new") in client.get(reverse("oversight")).content.decode()
