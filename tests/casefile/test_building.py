"""The job: it resumes, fails aloud, gives the same bytes for the same state."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.guards.conditions import Blocked
from cases.models import BodySetting, Case, Job
from cases.services.jobs import cancel_job, retry_job, run_job
from notices.models import CaseFile
from notices.services import case_file as building
from notices.services.case_file import build_case_file, build_leg, record_download
from notices.services.case_file_contents import contents_of, hash_of
from notices.services.case_file_parts import Part
from tests.casefile.conftest import Attach, Build, opened, photo, read, run, stamped, titles, volumes_of
from tests.factories import NOON, acting

pytestmark = pytest.mark.django_db


def started(case: Case, user: Any) -> CaseFile:
    return build_case_file(case_id=case.pk, acting=acting(user))


# --- the same state, the same bytes ----------------------------------------------------------------------------------


def test_the_same_state_gives_the_same_bytes_whoever_asks_in_which_language(
    small: Case, build: Build, cast: Any
) -> None:
    first = build(small)
    with translation.override("en"):
        assert hash_of(contents_of(Case.objects.get(pk=small.pk))) == first.contents_sha256
    default_storage.delete(first.file.name)
    with translation.override("en"):
        second = build(small, cast.lead)
    assert second.pk != first.pk
    assert (second.sha256, second.pages) == (first.sha256, first.pages)


def test_a_complete_file_of_the_same_state_is_answered_as_it_is(small: Case, build: Build) -> None:
    assert build(small).pk == build(small).pk
    assert CaseFile.objects.count() == 1
    Path(CaseFile.objects.get().file.path).write_bytes(b"damaged")
    assert build(small).state == "done"
    assert CaseFile.objects.count() == 2
    assert all(read(made)[:5] == b"%PDF-" for made in CaseFile.objects.all()), "the bytes of both are whole again"


def test_how_long_it_is_kept_is_a_setting_of_the_body(small: Case, build: Build, cast: Any) -> None:
    BodySetting.objects.create(
        body=small.body, key="case_file.retention_years", value=10, set_by=cast.unit_head, set_at=NOON
    )
    document = opened(build(small))
    assert "定期10年" in volumes_of(document)["sub"][0].get_text()


def test_an_attachment_whose_bytes_were_changed_or_lost_is_replaced_by_a_page(small: Case, build: Build) -> None:
    Path(small.attachments.get(name="铭牌.jpg").file.path).write_bytes(photo(colour="black"))
    Path(small.attachments.get(name="检验报告.pdf").file.path).unlink()
    made = build(small)
    assert made.state == "done"
    pages = [page.get_text() for page in opened(made)]
    for name in ("铭牌.jpg", "检验报告.pdf"):
        (page,) = [text for text in pages if f"文件名：{name}" in text]
        assert "系统所存文件缺失，或者其哈希值与登记时不一致" in page


# --- the job ---------------------------------------------------------------------------------------------------------


def test_a_building_stopped_half_way_goes_on_where_it_stopped(
    small: Case, build: Build, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build(small)
    default_storage.delete(whole.file.name)
    made = started(small, cast.unit_head)
    ready: list[int] = []
    really = building.prepare

    def prepare(case_file: CaseFile, place: int, item: Any) -> Part:
        ready.append(place)
        if ready.count(3) == 1 and place == 3:
            raise OSError("the machine went down")
        return really(case_file, place, item)

    monkeypatch.setattr(building, "prepare", prepare)
    build_leg(made.pk, papers=2)
    with pytest.raises(OSError, match="went down"):
        build_leg(made.pk, papers=2)
    made.refresh_from_db()
    assert (made.state, made.done) == ("running", 3)
    made = run(made)
    assert made.state == "done"
    assert ready == [0, 1, 2, 3, *range(3, made.total)], "what was ready was not made again"
    assert made.sha256 == whole.sha256


def test_a_worker_that_dies_while_joining_loses_only_the_joining(
    small: Case, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = started(small, cast.unit_head)
    really, failures = building._join, [OSError("disk full")]

    def join(case_file: CaseFile) -> Any:
        if failures:
            raise failures.pop()
        return really(case_file)

    monkeypatch.setattr(building, "_join", join)
    run(made)
    assert (made.state, made.done) == ("running", made.total)
    waiting = Job.objects.get(kind=building.JOB, state=Job.State.DUE)
    assert run_job(waiting.pk, waiting.run_after) == "done"
    made.refresh_from_db()
    assert made.state == "done"


def test_two_workers_make_no_paper_twice(small: Case, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(small, cast.unit_head)
    really = building.prepare

    def slow(case_file: CaseFile, place: int, item: Any) -> Part:
        part = really(case_file, place, item)
        if place == 1:
            monkeypatch.setattr(building, "prepare", really)
            build_leg(made.pk, papers=2)  # another worker, while this one is at the second paper
        return part

    monkeypatch.setattr(building, "prepare", slow)
    assert build_leg(made.pk, papers=4) == {}
    made.refresh_from_db()
    assert made.done == len(made.parts) == 3
    assert run(made).state == "done"


def test_long_files_are_built_leg_by_leg(small: Case, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building.build_leg, "__defaults__", (2,))
    made = run(started(small, cast.unit_head))
    assert made.state == "done"
    assert Job.objects.filter(kind=building.JOB, state=Job.State.DONE).count() == -(-made.total // 2) + 1


def test_sheets_printed_on_the_way_are_cleared_away(
    small: Case, build: Build, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = build(small)
    assert default_storage.listdir(f"case_files/parts/{made.pk}") == ([], [])
    assert default_storage.exists(made.file.name)
    assert all(Path(file.file.path).exists() for file in small.attachments.all())


def test_a_dead_job_says_so_and_may_be_started_anew(small: Case, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = started(small, cast.unit_head)
    job, at = Job.objects.get(kind=building.JOB), NOON
    with monkeypatch.context() as broken:
        broken.setattr(building, "prepare", lambda *_args: 1 / 0)
        while run_job(job.pk, at) != "dead":
            at += timedelta(hours=2)
    made.refresh_from_db()
    assert (made.state, made.failure) == ("failed", {"code": "broken_off"})
    retry_job(job.pk, acting(cast.unit_head))
    made.refresh_from_db()
    assert made.state == "waiting"
    assert run(made).state == "done"


def test_a_dead_job_is_not_started_beside_another(small: Case, cast: Any) -> None:
    first = started(small, cast.unit_head)
    job = Job.objects.get(kind=building.JOB)
    cancel_job(job.pk, acting(cast.unit_head))
    first.refresh_from_db()
    assert first.state == "failed"
    assert build_leg(first.pk) == {}
    started(small, cast.unit_head)
    with pytest.raises(Exception, match="put together by another job"):
        retry_job(job.pk, acting(cast.unit_head))


# --- who, and when ---------------------------------------------------------------------------------------------------


def test_who_may_not_see_the_case_may_not_have_its_file(small: Case, stranger: Any, build: Build) -> None:
    made = build(small)
    with pytest.raises(Blocked) as refused:
        build_case_file(case_id=small.pk, acting=acting(stranger))
    assert refused.value.code == "permission"
    with pytest.raises(Blocked) as refused:
        record_download(case_file=made, acting=acting(stranger))
    assert refused.value.code == "permission"


def test_one_building_of_a_case_at_a_time(small: Case, cast: Any) -> None:
    started(small, cast.unit_head)
    with pytest.raises(Blocked) as refused:
        started(small, cast.lead)
    assert refused.value.code == "no_case_file_running"


def test_a_case_just_opened_has_a_file_too(tell: Any, build: Build) -> None:
    made = build(tell(until="approve_inspection"))
    assert made.state == "done"
    assert titles(made, "main") == []
    document = opened(made)
    volumes = volumes_of(document)
    assert "本卷无文件" in volumes["main"][1].get_text()
    assert "尚未结案" in volumes["main"][0].get_text()
    assert "归档后编定" in volumes["main"][0].get_text()
    assert [stamped(page) for page in volumes["main"]] == ["1", "2", "3"]


@pytest.mark.parametrize("count", [0, 12])
def test_reading_a_case_takes_the_same_queries_however_much_it_holds(small: Case, attach: Attach, count: int) -> None:
    for number in range(count):
        attach(small, f"{number}.jpg", photo((10 + number, 10)))
    case = Case.objects.select_related("enterprise", "body", "opened_by").get(pk=small.pk)
    with CaptureQueriesContext(connection) as queries:
        contents_of(case)
    assert len(queries) == 14


def test_what_it_was_built_from_is_never_changed(small: Case, build: Build) -> None:
    made = build(small)
    with pytest.raises(DatabaseError, match="append-only"):
        CaseFile.objects.filter(pk=made.pk).update(contents_sha256="0" * 64)
