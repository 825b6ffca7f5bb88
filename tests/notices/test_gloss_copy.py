"""The English copy where it is had: for whoever may read the original, once it is printed, and never taken for it."""

from typing import Any

import pymupdf
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import Body, Job, ListEntry, User
from cases.services.jobs import run_due_jobs
from notices.models import Document, IssuedFile, ListEdition
from notices.services import gloss_copy as service
from notices.services.publish_list import WhichList, publish_list
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_enterprise, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cache.clear()


@pytest.fixture
def printed(issued: Document) -> Document:
    run_due_jobs(NOON)
    return Document.objects.get(pk=issued.pk)


def ask(client: Client, user: User, document: Document) -> Any:
    client.force_login(user)
    return client.get(reverse("document_gloss", args=[document.pk]))


def text_of(data: bytes) -> str:
    document: Any = pymupdf.open(stream=data)
    return " ".join(" ".join(sheet.get_text().split()) for sheet in document)


def test_the_copy_is_set_from_the_frozen_facts_and_names_its_original(
    printed: Document, inspector: User, client: Client
) -> None:
    answer = ask(client, inspector, printed)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    text = text_of(answer.content)
    assert "Translation for reference only. The Chinese text alone has legal force." in text
    assert printed.number in text
    kept = IssuedFile.objects.get(document=printed)
    assert kept.sha256[:32] in text
    assert kept.sha256[32:] in text
    assert "this Bureau has decided to hold an accountability interview with your unit" in text
    assert "部分产品出厂检验记录缺失" in text.replace(" ", "")
    assert not Job.objects.filter(kind=service.JOB).exists()


def test_the_page_offers_it_once_the_document_is_printed(issued: Document, inspector: User, client: Client) -> None:
    client.force_login(inspector)
    page, copy = (reverse(name, args=[issued.pk]) for name in ("document_detail", "document_gloss"))
    assert copy not in client.get(page).content.decode()
    waiting = client.get(copy)
    assert waiting.status_code == 404
    assert "尚无PDF" in waiting.content.decode()
    run_due_jobs(NOON)
    assert copy in client.get(page).content.decode()


def test_a_draft_has_none(draft: Document, inspector: User, client: Client) -> None:
    assert ask(client, inspector, draft).status_code == 404


def test_whoever_may_not_see_the_document_does_not_see_its_copy(
    printed: Document, neighbour: User, client: Client
) -> None:
    assert ask(client, neighbour, printed).status_code == 404
    client.logout()
    assert client.get(reverse("document_gloss", args=[printed.pk])).status_code == 302


def test_the_copy_is_never_taken_for_the_original(printed: Document, inspector: User, client: Client) -> None:
    copy = ask(client, inspector, printed).content
    client.logout()
    url = reverse("verify", args=[printed.issue.verify_code])
    answer = client.post(url, {"file": SimpleUploadedFile("copy.pdf", copy)})
    assert answer.context["checked"].same == ""
    assert not answer.context["checked"].known
    genuine = client.post(url, {"file": SimpleUploadedFile("file.pdf", printed.file.file.read())})
    assert genuine.context["checked"].same == "printed"


def test_the_copy_of_a_void_document_says_so(printed: Document, unit_head: User, client: Client) -> None:
    void_document(document=printed, reason="约谈时间填写有误，需要重新通知", acting=acting(unit_head))
    assert "Void since 18 November 2026" in text_of(ask(client, unit_head, printed).content)


def test_a_long_one_is_set_by_a_job(
    printed: Document, inspector: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONG", -1)
    waiting = ask(client, inspector, printed)
    assert waiting.status_code == 202
    assert "正在生成英文译本" in waiting.content.decode()
    assert ask(client, inspector, printed).status_code == 202
    assert Job.objects.filter(kind=service.JOB).count() == 1
    run_due_jobs(NOON)
    answer = ask(client, inspector, printed)
    assert "Translation for reference only" in text_of(answer.content)
    assert Job.objects.get(kind=service.JOB).result["path"].startswith("gloss/")


def test_a_long_one_that_could_not_be_set_or_was_damaged_is_not_handed_out(
    printed: Document, inspector: User, client: Client, monkeypatch: pytest.MonkeyPatch, media: Any
) -> None:
    monkeypatch.setattr(service, "LONG", -1)
    ask(client, inspector, printed)
    run_due_jobs(NOON)
    job = Job.objects.get(kind=service.JOB)
    (media / job.result["path"]).write_bytes(b"%PDF-")
    assert ask(client, inspector, printed).status_code == 409
    (media / job.result["path"]).unlink()
    assert ask(client, inspector, printed).status_code == 409
    Job.objects.filter(pk=job.pk).update(state=Job.State.DEAD, result=None)
    refused = ask(client, inspector, printed)
    assert refused.status_code == 409
    assert "未能生成英文译本" in refused.content.decode()


def test_a_published_list_has_a_copy_for_whoever_may_see_it(
    county: Body, neighbour: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, keeper = published(county)
    url = reverse("edition_gloss", args=[edition.pk])
    client.force_login(keeper)
    assert client.get(url).status_code == 302  # not printed yet
    run_due_jobs(NOON)
    text = text_of(client.get(url).content)
    assert "2026 list of production units under key supervision" in text
    assert "Internal. Not to be made public." in text
    assert edition.facts["rows"][0]["name"] in text.replace(" ", "")
    monkeypatch.setattr(service, "LONG", -1)
    assert client.get(url).status_code == 302
    run_due_jobs(NOON)
    assert client.get(url)["Content-Type"] == "application/pdf"
    client.force_login(neighbour)
    assert client.get(url).status_code == 404


def published(county: Body) -> tuple[ListEdition, User]:
    keeper = make_user("keeper", "grassroots_lead", county)
    unit = make_enterprise(territorial_body=county, tier_body=county)
    ListEntry.objects.create(
        body=county, enterprise=unit, year=2026, kind="production", level="key", pack="samr-2023-38@1",
        entered_on=NOON.date(), reason="抽查不合格",
        grounds=[{"clause": "国市监质监发〔2023〕38号 三", "text": "较大风险"}],
    )  # fmt: skip
    which = WhichList("supervision", 2026, "production", "key")
    return publish_list(body=county, which=which, acting=acting(keeper)), keeper
