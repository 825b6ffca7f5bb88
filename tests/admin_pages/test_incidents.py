"""What failed for good is seen and mended by whoever handles it, and by nobody else."""

import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Job, Notification
from cases.rules.errors import RuleError
from cases.selectors.notifications import wording_of
from cases.services.jobs import cancel_job, retry_job, run_job
from cases.services.outbox import send_mail_later
from notices.models import Document
from tests.factories import NOON, acting
from workflow.flows import main_supervision
from workflow.models import WorkItem
from workflow.selectors.incidents import dead_jobs_for, failed_steps_for, incident_count, job_words
from workflow.services.incidents import cancel_dead_job, retry_dead_job, retry_failed_step
from workflow.views.waiting_counts import count_for

pytestmark = pytest.mark.django_db
REASON = "已在别处打印并存档。"


def kill(job: Job) -> Job:
    """Run a job until it has no attempts left."""
    at = max(NOON, job.run_after)
    while run_job(job.pk, at) in {"backoff", "not_due"}:
        at += timedelta(hours=2)
    job.refresh_from_db()
    assert job.state == Job.State.DEAD
    return job


def broken(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError("no paper left\nDETAIL: with the names of people")


def printing_of_the_form() -> Job:
    """The job that prints the general rules form; the papers of the steps before have theirs."""
    form = Document.objects.get(kind="general_rules_form")
    return Job.objects.get(kind="notices.render", payload={"document": form.pk})


@pytest.fixture
def printed_never(story: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A filed case whose form could not be printed, by a press that is mended now."""
    press = sys.modules["notices.pdf.render"]
    monkeypatch.setitem(sys.modules, "notices.pdf.render", SimpleNamespace(render=broken))
    told = story(outcomes={"inspect": ["12"]}, run_jobs=lambda now: None)
    list(told.tell(until="list_key"))
    job = kill(printing_of_the_form())
    monkeypatch.setitem(sys.modules, "notices.pdf.render", press)
    return SimpleNamespace(told=told, job=job)


@pytest.fixture
def stuck(story: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A case whose class could not be computed, by a service that is mended now."""
    mended = main_supervision.evaluate_inspection
    monkeypatch.setattr(main_supervision, "evaluate_inspection", broken)
    told = story()
    with pytest.raises(RuntimeError):  # the story ends where a step fails; the form before it stands
        list(told.tell())
    monkeypatch.setattr(main_supervision, "evaluate_inspection", mended)
    return SimpleNamespace(told=told, task=Task.objects.get(status=STATUS.ERROR))


@pytest.fixture
def lost_mail(db: None) -> Job:
    send_mail_later(recipient="nobody@example.org", subject="x", body="y", key="k", at=NOON)
    return Job.objects.get(kind="outbox.send")


class TestDeadJobs:
    def test_the_page_says_what_failed_for_which_case_how_often_and_why(
        self, printed_never: Any, admin: Any, signed_in: Any
    ) -> None:
        page = signed_in(admin).get(reverse("incidents")).content.decode()
        document = printed_never.job.payload["document"]
        assert "Print a document" in page
        assert reverse("document_detail", args=[document]) in page
        assert f"<td>{printed_never.job.attempts}</td>" in page
        assert "RuntimeError: no paper left" in page
        assert "names of people" not in page

    def test_those_at_and_above_the_body_see_it_and_are_told_once(
        self, admin: Any, province_admin: Any, neighbour: Any, printed_never: Any
    ) -> None:
        assert [incident_count(user) for user in (admin, province_admin, neighbour)] == [1, 1, 0]
        told = Notification.objects.filter(kind="incident.print")
        assert {news.user for news in told} == {admin, province_admin}
        assert told.count() == 2
        text = wording_of("incident.print", told[0].data)
        assert printed_never.told.case.enterprise.name in text

    def test_who_handles_none_is_refused_and_who_handles_others_does_not_find_it(
        self, printed_never: Any, neighbour: Any, cast: Any, signed_in: Any
    ) -> None:
        for name, url in (
            ("incidents", reverse("incidents")),
            ("job_retry", reverse("job_retry", args=[printed_never.job.pk])),
            ("job_cancel", reverse("job_cancel", args=[printed_never.job.pk])),
        ):
            assert signed_in(cast.unit_head).get(url).status_code == 403, name
        client = signed_in(neighbour)
        assert "Print a document" not in client.get(reverse("incidents")).content.decode()
        for name in ("job_retry", "job_cancel"):
            assert client.post(reverse(name, args=[printed_never.job.pk]), {"reason": REASON}).status_code == 404
        printed_never.job.refresh_from_db()
        assert printed_never.job.state == Job.State.DEAD

    def test_the_service_asks_the_same(self, printed_never: Any, neighbour: Any) -> None:
        with pytest.raises(Blocked):
            retry_dead_job(job_id=printed_never.job.pk, acting=acting(neighbour))
        with pytest.raises(Blocked):
            cancel_dead_job(job_id=printed_never.job.pk, reason=REASON, acting=acting(neighbour))

    def test_nothing_changes_before_it_is_confirmed(self, printed_never: Any, admin: Any, signed_in: Any) -> None:
        answer = signed_in(admin).get(reverse("job_retry", args=[printed_never.job.pk]))
        assert answer.status_code == 200
        printed_never.job.refresh_from_db()
        assert printed_never.job.state == Job.State.DEAD

    def test_trying_again_makes_it_due_and_it_is_done(self, printed_never: Any, admin: Any, signed_in: Any) -> None:
        answer = signed_in(admin).post(reverse("job_retry", args=[printed_never.job.pk]))
        assert answer.status_code == 302
        job = Job.objects.get(pk=printed_never.job.pk)
        assert (job.state, job.attempts) == (Job.State.DUE, 0)
        assert run_job(job.pk, job.run_after) == "done"
        assert incident_count(admin) == 0

    def test_giving_up_needs_a_reason_which_stays_on_record(
        self, printed_never: Any, admin: Any, signed_in: Any
    ) -> None:
        client, url = signed_in(admin), reverse("job_cancel", args=[printed_never.job.pk])
        assert client.post(url, {"reason": "短"}).status_code == 422
        assert Job.objects.get(pk=printed_never.job.pk).state == Job.State.DEAD
        assert client.post(url, {"reason": REASON}).status_code == 302
        assert Job.objects.get(pk=printed_never.job.pk).state == Job.State.CANCELLED
        event = AuditEvent.objects.get(action="job.cancelled")
        assert (event.actor, event.data["reason"]) == (admin, REASON)

    def test_who_was_slower_is_told_so(self, printed_never: Any, admin: Any) -> None:
        retry_dead_job(job_id=printed_never.job.pk, acting=acting(admin))
        with pytest.raises(RuleError) as refusal:
            retry_dead_job(job_id=printed_never.job.pk, acting=acting(admin))
        assert refusal.value.code == "job_not_over"

    def test_a_job_that_nothing_does_any_more_can_be_given_up_but_not_tried_again(self, printed_never: Any) -> None:
        Job.objects.filter(pk=printed_never.job.pk).update(kind="of.yesterday")
        with pytest.raises(RuleError) as refusal:
            retry_job(printed_never.job.pk, acting(None))
        assert refusal.value.code == "job_kind_unknown"
        assert cancel_job(printed_never.job.pk, acting(None)).state == Job.State.CANCELLED
        assert job_words("of.yesterday") == "of.yesterday"


class TestJobsOfNoBody:
    def test_are_for_provinces_and_the_nation(
        self, lost_mail: Job, admin: Any, province_admin: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
        kill(lost_mail)
        assert [incident_count(user) for user in (admin, province_admin)] == [0, 1]
        assert [news.user for news in Notification.objects.filter(kind="incident.message")] == [province_admin]
        with pytest.raises(Blocked):
            retry_dead_job(job_id=lost_mail.pk, acting=acting(admin))
        assert retry_dead_job(job_id=lost_mail.pk, acting=acting(province_admin)).state == Job.State.DUE

    def test_a_dead_mail_server_is_told_once_a_day(
        self, lost_mail: Job, province_admin: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send_mail_later(recipient="other@example.org", subject="x", body="y", key="other", at=NOON)
        monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
        for job in Job.objects.filter(kind="outbox.send"):
            kill(job)
        assert len(dead_jobs_for(province_admin)) == 2
        assert Notification.objects.filter(user=province_admin).count() == 1


class TestFailedSteps:
    def test_the_page_names_step_and_case_to_those_of_the_body(
        self, stuck: Any, admin: Any, neighbour: Any, signed_in: Any
    ) -> None:
        page = signed_in(admin).get(reverse("incidents")).content.decode()
        assert "Compute class and mode" in page
        assert reverse("case_detail", args=[stuck.told.case.pk]) in page
        assert stuck.told.case.number not in signed_in(neighbour).get(reverse("incidents")).content.decode()
        assert not failed_steps_for(neighbour).exists()
        answer = signed_in(neighbour).post(reverse("step_retry", args=[stuck.task.pk]))
        assert answer.status_code == 404
        with pytest.raises(Blocked):
            retry_failed_step(task_pk=stuck.task.pk, acting=acting(neighbour))

    def test_administrators_are_told(self, admin: Any, neighbour: Any, stuck: Any, signed_in: Any) -> None:
        news = Notification.objects.get(kind="incident.step")
        assert (news.user, news.case) == (admin, stuck.told.case)
        page = signed_in(admin).get(reverse("notification_list")).content.decode()
        assert "A computed step failed." in page
        assert reverse("incidents") in page

    def test_the_page_of_the_case_says_so(self, stuck: Any, cast: Any, signed_in: Any) -> None:
        url = reverse("case_detail", args=[stuck.told.case.pk])
        page = signed_in(cast.unit_head).get(url).content.decode()
        assert "A computed step failed; administrators were told." in page
        assert "Compute class and mode" in page

    def test_trying_again_lets_the_case_go_on(self, stuck: Any, admin: Any, signed_in: Any) -> None:
        assert not WorkItem.objects.filter(case=stuck.told.case).exists()
        answer = signed_in(admin).post(reverse("step_retry", args=[stuck.task.pk]))
        assert answer.status_code == 302
        assert WorkItem.objects.get(case=stuck.told.case).step == "propose_class"
        assert incident_count(admin) == 0
        assert AuditEvent.objects.get(case=stuck.told.case, action="step.retried").actor == admin
        page = signed_in(admin).get(reverse("case_detail", args=[stuck.told.case.pk])).content.decode()
        assert "A computed step failed" not in page

    def test_a_step_that_fails_again_is_a_new_incident(
        self, admin: Any, stuck: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(main_supervision, "evaluate_inspection", broken)
        retry_failed_step(task_pk=stuck.task.pk, acting=acting(admin))
        assert failed_steps_for(admin).count() == 1
        assert Notification.objects.filter(user=admin, kind="incident.step").count() == 2

    def test_a_step_that_has_not_failed_is_not_tried_again(self, story: Any, admin: Any) -> None:
        told = story()
        told.begin()
        item = WorkItem.objects.get()
        for task in (item.pk, 999_999):
            with pytest.raises(RuleError) as refusal:
                retry_failed_step(task_pk=task, acting=acting(admin))
            assert refusal.value.code == "task_not_failed"

    def test_a_step_worked_on_by_a_job_stands_once(self, story: Any, admin: Any, monkeypatch: Any) -> None:
        mended = main_supervision.archive_manifest
        monkeypatch.setattr(main_supervision, "archive_manifest", broken)
        told = story(run_jobs=lambda now: None)
        list(told.tell())
        kill(Job.objects.get(kind="workflow.node"))
        assert (len(dead_jobs_for(admin)), failed_steps_for(admin).count()) == (0, 1)
        assert Notification.objects.filter(user=admin).count() == 1
        monkeypatch.setattr(main_supervision, "archive_manifest", mended)
        retry_failed_step(task_pk=failed_steps_for(admin).get().pk, acting=acting(admin))
        for printing in Job.objects.filter(kind="notices.render").order_by("pk"):
            assert run_job(printing.pk, printing.run_after) == "done"
        job = Job.objects.get(kind="workflow.node")
        assert run_job(job.pk, job.run_after) == "done"
        assert incident_count(admin) == 0


def test_the_navigation_counts_them_for_administrators(stuck: Any, admin: Any, cast: Any, signed_in: Any) -> None:
    assert count_for("incidents", admin) == 1
    assert reverse("incidents") in signed_in(admin).get(reverse("settings")).content.decode()
    assert reverse("incidents") not in signed_in(cast.unit_head).get(reverse("settings")).content.decode()


def test_an_empty_page_says_so(admin: Any, signed_in: Any) -> None:
    assert "No incidents" in signed_in(admin).get(reverse("incidents")).content.decode()


def test_the_page_asks_as_much_for_many_jobs_as_for_one(printed_never: Any, admin: Any, signed_in: Any) -> None:
    client, url = signed_in(admin), reverse("incidents")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    asked()
    one = asked()
    first = Job.objects.get(pk=printed_never.job.pk)
    for number in range(12):
        first.pk, first.key = None, f"again:{number}"
        first.save(force_insert=True)
    assert len(dead_jobs_for(admin)) == 13
    assert asked() == one
