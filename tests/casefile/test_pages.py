"""The page of a case file: one click, progress, coming back, taking it away, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import AuditEvent, Case, User
from notices.models import CaseFile
from notices.services import case_file as building
from notices.services.case_file import build_leg
from tests.casefile.conftest import Attach, Build, photo, run
from tests.factories import NOON

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def page(case: Case) -> str:
    return reverse("case_file", args=[case.pk])


def text(client: Client, case: Case) -> str:
    answer = client.get(page(case))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_one_click_on_the_page_of_the_case_builds_it(small: Case, cast: Any, signed_in: SignIn) -> None:
    client = signed_in(cast.lead, "zh-hans")
    shown = client.get(reverse("case_detail", args=[small.pk])).content.decode()
    assert f'action="{page(small)}"' in shown
    assert "生成案卷PDF" in shown
    answer = client.post(page(small))
    assert (answer.status_code, answer["Location"]) == (302, page(small))
    assert CaseFile.objects.get().asked_by == cast.lead
    waiting = text(client, small)
    assert "可以离开本页" in waiting
    assert '<meta http-equiv="refresh"' in waiting, "it goes on without JavaScript"
    run(CaseFile.objects.get())
    done = text(client, small)
    assert "案卷与案件当前情况一致" in done
    assert 'http-equiv="refresh"' not in done


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Papers made ready", "2 / 5", "You can leave this page")),
        ("zh-hans", ("已备好的材料", "2 / 5", "制作中")),
    ],
)
def test_progress_is_shown_in_the_readers_language(
    small: Case, cast: Any, signed_in: SignIn, language: str, words: tuple[str, ...]
) -> None:
    client = signed_in(cast.lead, language)
    client.post(page(small))
    made = CaseFile.objects.get()
    build_leg(made.pk, papers=2)
    assert made.total == 5
    shown = text(client, small)
    for word in words:
        assert word in shown, word


def test_whoever_clicks_while_it_is_put_together_comes_back_to_it(small: Case, cast: Any, signed_in: SignIn) -> None:
    signed_in(cast.lead).post(page(small))
    answer = signed_in(cast.unit_head).post(page(small), follow=True)
    assert CaseFile.objects.count() == 1
    assert list(answer.context["messages"]) == []
    assert "You can leave this page" in answer.content.decode()


def test_a_case_that_went_on_has_an_old_file_and_may_have_a_new_one(
    small: Case, cast: Any, signed_in: SignIn, build: Build, attach: Attach
) -> None:
    client = signed_in(cast.lead)
    build(small)
    attach(small, "新照片.jpg", photo((50, 50)))
    shown = text(client, small)
    assert "that file is out of date" in shown
    assert "Put it together again" in shown
    client.post(page(small))
    assert CaseFile.objects.count() == 2


def test_the_file_is_taken_away_whole_and_the_trail_is_told(
    small: Case, cast: Any, signed_in: SignIn, build: Build
) -> None:
    made = build(small)
    answer = signed_in(cast.lead).get(reverse("case_file_pdf", args=[made.pk]))
    data = b"".join(answer.streaming_content)
    with made.file.open("rb") as kept:
        assert data == kept.read()
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    event = AuditEvent.objects.filter(case=small).order_by("-sequence").first()
    assert event is not None
    assert (event.action, event.actor, event.data["sha256"]) == ("case_file.downloaded", cast.lead, made.sha256)
    log = signed_in(cast.lead, "zh-hans").get(reverse("case_detail", args=[small.pk]), {"tab": "log"})
    for words in ("申请制作案卷，共5件材料", "案卷制作完成", "下载案卷"):
        assert words in log.content.decode()


def test_changed_bytes_are_not_handed_out_and_the_page_says_what_to_do(
    small: Case, cast: Any, signed_in: SignIn, build: Build
) -> None:
    made = build(small)
    Path(made.file.path).write_bytes(b"%PDF-1.7 forged")
    client = signed_in(cast.lead)
    answer = client.get(reverse("case_file_pdf", args=[made.pk]))
    assert answer.status_code == 500
    assert "Put it together again" in answer.content.decode()
    client.post(page(small))
    assert CaseFile.objects.count() == 2
    assert not AuditEvent.objects.filter(action="case_file.downloaded").exists()


def test_an_unfinished_file_cannot_be_taken_away(small: Case, cast: Any, signed_in: SignIn) -> None:
    client = signed_in(cast.lead)
    client.post(page(small))
    assert client.get(reverse("case_file_pdf", args=[CaseFile.objects.get().pk])).status_code == 404


def test_a_failure_says_what_to_do(small: Case, cast: Any, signed_in: SignIn) -> None:
    client = signed_in(cast.lead, "zh-hans")
    client.post(page(small))
    made = CaseFile.objects.get()
    refused = {"code": "document_changed", "number": "嘉市监约〔2026〕1号"}
    building.leg_done({"case_file": made.pk}, {"refused": refused}, NOON)
    assert "嘉市监约〔2026〕1号所存文件缺失或者已被改动" in text(client, small)
    client.post(page(small))
    made = CaseFile.objects.latest("pk")
    building.building_given_up({"case_file": made.pk}, "OSError: disk full", NOON)
    shown = text(client, small)
    assert "多次尝试均中断" in shown
    assert "disk full" not in shown
    assert "重新制作" in shown


def test_a_stranger_is_told_there_is_nothing(small: Case, stranger: User, signed_in: SignIn, build: Build) -> None:
    made, client = build(small), signed_in(stranger)
    assert client.get(page(small)).status_code == 404
    assert client.post(page(small)).status_code == 404
    assert client.get(reverse("case_file_pdf", args=[made.pk])).status_code == 404
    assert CaseFile.objects.count() == 1


def test_the_english_page_has_no_chinese_but_names(small: Case, cast: Any, signed_in: SignIn, build: Build) -> None:
    build(small)
    shown = text(signed_in(cast.lead), small)
    main = re.sub(r"<[^>]+>", " ", shown[shown.index('id="case-file"') : shown.index("Back to the case")])
    assert CHINESE.findall(main.replace(cast.unit_head.name, "")) == []


@pytest.mark.parametrize("count", [0, 8])
def test_the_page_takes_the_same_queries_however_much_there_is(
    small: Case, cast: Any, signed_in: SignIn, build: Build, attach: Attach, count: int
) -> None:
    build(small)
    for number in range(count):
        attach(small, f"{number}.jpg", photo((10 + number, 10)))
        CaseFile.objects.create(
            case=small, contents={}, contents_sha256="", asked_by=cast.lead, asked_at=NOON, total=0, state="failed"
        )
    client = signed_in(cast.lead)
    text(client, small)
    with CaptureQueriesContext(connection) as queries:
        text(client, small)
    assert len(queries) <= 34
