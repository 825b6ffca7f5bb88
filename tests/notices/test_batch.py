"""Batches: drafted by a job, reviewed, approved at once, issued in order; what fails leaves the rest whole."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, ConflictOfInterest, Deadline, Job, Sequence, User
from cases.rules.errors import RuleError, StatedError
from cases.services.deadlines import meet_deadline
from cases.services.jobs import retry_job, run_job
from notices.models import BatchItem, Document, DocumentBatch, Issue
from notices.selectors.batches import fingerprint, progress_of
from notices.services import batch_items, batch_job
from notices.services.batch import approve_batch, dissolve_batch, edit_item, exclude_item, start_batch, take_up_failed
from notices.services.draft_document import draft_document, edit_draft
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_body_tree, make_user
from tests.notices.conftest import many_deadlines, new_case, new_deadline, new_interview, run_batches, subjects

REASON = "该事项已经电话督促，不必再发函。"
NO_GLYPH = "\U0002fa1f"


def states(batch: DocumentBatch) -> list[str]:
    return list(batch.items.order_by("position").values_list("state", flat=True))


def serials(batch: DocumentBatch) -> list[int]:
    return list(
        batch.items.filter(state="issued").order_by("position").values_list("document__issue__serial", flat=True)
    )


def test_the_letters_are_drafted_approved_and_numbered_in_the_order_of_the_sheet(
    drafted: DocumentBatch, deadlines: list[Deadline], city_head: User, overseer: User
) -> None:
    assert (drafted.state, states(drafted)) == ("drafted", ["drafted"] * 5)
    assert set(Document.objects.values_list("drafted_by", flat=True)) == {overseer.pk}
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches(days=2)
    drafted.refresh_from_db()
    assert (drafted.state, states(drafted), serials(drafted)) == ("done", ["issued"] * 5, [1, 2, 3, 4, 5])
    order = list(drafted.items.order_by("position").values_list("document__subject", flat=True))
    assert order == subjects(deadlines)
    assert set(Issue.objects.values_list("issued_by", "issued_on")) == {(city_head.pk, NOON.date())}
    told = progress_of(drafted)
    assert (told.total, told.issued, told.printed, told.printing) == (5, 5, 0, True)
    renders = Job.objects.filter(kind="notices.render")
    assert renders.count() == 5
    run_job(renders.first().pk, NOON)
    Job.objects.filter(pk=renders.last().pk).update(state=Job.State.DEAD, finished_at=NOON)
    told = progress_of(drafted)
    assert (told.printed, told.unprinted) == (1, 1)
    events = AuditEvent.objects.filter(stream=f"batch:{drafted.pk}").order_by("sequence")
    assert list(events.values_list("action", flat=True)) == ["batch.started", "batch.approved", "batch.ended"]
    assert events.last().data == {"batch": drafted.pk, "issued": 5, "failed": 0, "excluded": 0}


def test_what_cannot_be_drafted_is_told_and_the_rest_is_drafted(
    deadlines: list[Deadline], city: Body, overseer: User, bodies: dict[str, Body], inspector: User, county: Body
) -> None:
    nobody_above = new_deadline(new_case(county, inspector, serial=90), bodies["000000"])
    of_the_province = new_deadline(new_case(county, inspector, serial=91), city)
    names = ["deadline:999999", *subjects([nobody_above, of_the_province, *deadlines])]
    standing = draft_document(kind="reminder_letter", subject=names[-1], acting=acting(overseer))
    batch = start_batch(kind="reminder_letter", body=city, subjects=names, acting=acting(overseer))
    run_batches()
    codes = [item.refusal.get("code", "") for item in batch.items.order_by("position")]
    assert codes == ["unknown_subject", "no_body_above", "permission", "", "", "", "", "already_drafted"]
    assert Document.objects.exclude(pk=standing.pk).count() == 4
    blocked = batch.items.get(position=3).refusal["words"]
    assert blocked["en"].startswith("Your post must allow")
    assert "岗位" in blocked["zh-hans"]


def test_a_letter_of_another_issuer_stays_off_the_sheet(county: Body, city: Body, bodies, inspector: User) -> None:
    everywhere = make_user("everywhere", "overseer", bodies["000000"])
    deadline = new_deadline(new_case(county, inspector), city)
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects([deadline]), acting=acting(everywhere))
    run_batches()
    assert batch.items.get().refusal["code"] == "other_issuer"
    assert not Document.objects.exists()


def test_a_body_without_prefix_is_told_before_anybody_approves(
    deadlines: list[Deadline], city: Body, overseer: User, city_head: User
) -> None:
    Body.objects.filter(pk=city.pk).update(document_prefix="")
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(overseer))
    run_batches()
    assert {item.refusal["code"] for item in batch.items.all()} == {"no_document_prefix"}
    with pytest.raises(Blocked) as blocked:
        approve_batch(batch_id=batch.pk, acting=acting(city_head))
    assert blocked.value.code == "something_to_issue"
    Body.objects.filter(pk=city.pk).update(document_prefix="嘉市监")
    take_up_failed(batch_id=batch.pk, acting=acting(overseer))
    run_batches()
    assert states(batch) == ["drafted"] * 5


def test_a_letter_is_edited_checked_again_and_taken_out(
    drafted: DocumentBatch, overseer: User, city_head: User
) -> None:
    first, second, third = drafted.items.order_by("position")[:3]
    edit_item(item_id=first.pk, fields={"facts": f"字库没有的字：{NO_GLYPH}"}, acting=acting(overseer))
    first.refresh_from_db()
    assert (first.state, first.refusal["code"]) == ("failed", "missing_glyph")
    edit_item(item_id=first.pk, fields={"facts": "经查，该事项逾期。"}, acting=acting(overseer))
    first.refresh_from_db()
    assert (first.state, first.refusal) == ("drafted", {})
    with pytest.raises(RuleError) as short:
        exclude_item(item_id=second.pk, reason="不发", acting=acting(overseer))
    assert short.value.code == "reason_too_short"
    exclude_item(item_id=second.pk, reason=REASON, acting=acting(overseer))
    second.refresh_from_db()
    assert (second.state, second.why, second.document.state, second.document.void_reason) == (
        "excluded", REASON, "voided", REASON,
    )  # fmt: skip
    with pytest.raises(RuleError) as settled:
        exclude_item(item_id=second.pk, reason=REASON, acting=acting(overseer))
    assert settled.value.code == "letter_settled"
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    for change in (
        lambda: exclude_item(item_id=third.pk, reason=REASON, acting=acting(overseer)),
        lambda: edit_item(item_id=third.pk, fields={}, acting=acting(overseer)),
    ):
        with pytest.raises(Blocked):
            change()
    run_batches()
    assert (states(drafted), serials(drafted)) == (["issued", "excluded", *["issued"] * 3], [1, 2, 3, 4])


def test_a_sheet_of_which_everything_was_taken_out_is_finished(drafted: DocumentBatch, overseer: User) -> None:
    for item in drafted.items.all():
        exclude_item(item_id=item.pk, reason=REASON, acting=acting(overseer))
    drafted.refresh_from_db()
    assert (drafted.state, drafted.approved_by) == ("done", None)


def test_a_sheet_is_given_up_and_its_drafts_stay_for_another(
    drafted: DocumentBatch, city: Body, overseer: User, city_head: User, unit_head: User
) -> None:
    with pytest.raises(Blocked):
        dissolve_batch(batch_id=drafted.pk, reason=REASON, acting=acting(unit_head))
    with pytest.raises(RuleError) as short:
        dissolve_batch(batch_id=drafted.pk, reason="不发", acting=acting(overseer))
    assert short.value.code == "reason_too_short"
    dissolve_batch(batch_id=drafted.pk, reason=REASON, acting=acting(overseer))
    drafted.refresh_from_db()
    assert (drafted.state, states(drafted)) == ("done", ["excluded"] * 5)
    assert set(Document.objects.values_list("state", flat=True)) == {"draft"}
    with pytest.raises(Blocked):
        approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    keys = list(Document.objects.values_list("pk", flat=True))
    again = start_batch(kind="reminder_letter", body=city, drafts=keys, acting=acting(overseer))
    run_batches()
    assert states(again) == ["drafted"] * 5


def test_what_was_reviewed_is_what_is_issued(drafted: DocumentBatch, overseer: User, city_head: User) -> None:
    first, second = drafted.items.order_by("position")[:2]
    seen = fingerprint(drafted)
    edit_item(item_id=first.pk, fields={"facts": "另行说明。"}, acting=acting(overseer))
    with pytest.raises(RuleError) as changed:
        approve_batch(batch_id=drafted.pk, seen=seen, acting=acting(city_head))
    assert changed.value.code == "sheet_changed"
    approve_batch(batch_id=drafted.pk, seen=fingerprint(drafted), acting=acting(city_head))
    with pytest.raises(RuleError) as approved:
        edit_draft(document=second.document, fields={"facts": "批准之后改写。"}, acting=acting(overseer))
    assert approved.value.code == "sheet_closed"
    run_batches()
    assert "另行说明。" in str(first.document.issue.facts)
    assert "批准之后改写" not in str(second.document.issue.facts)


def test_what_fails_is_mended_and_taken_up_again_under_a_new_approval(
    drafted: DocumentBatch, deadlines: list[Deadline], overseer: User, city_head: User, inspector: User
) -> None:
    items = list(drafted.items.select_related("document").order_by("position"))
    items[1].document.fields = {"facts": NO_GLYPH}
    items[1].document.save(update_fields=["fields"])
    settled = deadlines[2]
    meet_deadline(subject=settled.subject, case=settled.case, on=NOON.date(), acting=acting(inspector))
    issue_document(document=items[3].document, acting=acting(city_head))
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches()
    drafted.refresh_from_db()
    assert (drafted.state, states(drafted)) == ("done", ["issued", "failed", "failed", "failed", "issued"])
    codes = [item.refusal["code"] for item in drafted.items.filter(state="failed").order_by("position")]
    assert codes == ["missing_glyph", "draft_dropped", "issued_meanwhile"]
    assert serials(drafted) == [2, 3]
    with pytest.raises(Blocked):
        approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    take_up_failed(batch_id=drafted.pk, acting=acting(overseer))
    run_batches()
    drafted.refresh_from_db()
    assert (drafted.state, states(drafted)) == ("done", ["issued", "failed", "failed", "failed", "issued"])
    items[1].document.fields = {}
    items[1].document.save(update_fields=["fields"])
    take_up_failed(batch_id=drafted.pk, acting=acting(overseer))
    run_batches()
    drafted.refresh_from_db()
    assert (drafted.state, states(drafted)) == ("drafted", ["issued", "drafted", "failed", "failed", "issued"])
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches()
    assert drafted.items.get(position=2).document.issue.serial == 4
    with pytest.raises(Blocked) as nothing:
        take_up_failed(batch_id=drafted.pk, acting=acting(overseer))
    assert nothing.value.code == "something_failed"


def test_an_unforeseen_error_stops_one_letter_and_no_other(
    drafted: DocumentBatch, city_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch_items.issue_document
    bad = drafted.items.get(position=2).document_id

    def stumbling(*, document: Document, acting: object) -> Document:
        issued = real(document=document, acting=acting)
        if document.pk == bad:
            raise ZeroDivisionError
        return issued

    monkeypatch.setattr(batch_items, "issue_document", stumbling)
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches()
    assert states(drafted) == ["issued", "failed", "issued", "issued", "issued"]
    assert serials(drafted) == [1, 2, 3, 4]
    assert drafted.items.get(position=2).refusal["code"] == "unexpected"
    assert Document.objects.get(pk=bad).state == "draft"


def test_a_job_that_dies_goes_on_where_it_stopped(
    drafted: DocumentBatch, city_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    real, done = batch_items.issue_document, []

    def dying(*, document: Document, acting: object) -> Document:
        issued = real(document=document, acting=acting)
        if len(done) == 2:
            raise KeyboardInterrupt  # the process is killed before the letter's transaction ends
        done.append(document.pk)
        return issued

    monkeypatch.setattr(batch_items, "issue_document", dying)
    job = Job.objects.get(kind=batch_job.JOB, state=Job.State.DUE)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, NOON)
    assert (states(drafted), Issue.objects.count()) == (["issued", "issued", "drafted", "drafted", "drafted"], 2)
    monkeypatch.setattr(batch_items, "issue_document", real)
    assert run_job(job.pk, NOON) == "not_due"
    assert run_job(job.pk, NOON + timedelta(minutes=6)) == "done"
    drafted.refresh_from_db()
    assert (drafted.state, serials(drafted)) == ("done", [1, 2, 3, 4, 5])
    assert Job.objects.filter(kind="notices.render").count() == 5


def test_a_job_out_of_attempts_breaks_off_and_is_retried(
    drafted: DocumentBatch, city_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))

    def lost(*_: object, **__: object) -> None:
        raise LostServerError

    monkeypatch.setattr(batch_items, "issue_document", lost)
    job = Job.objects.get(kind=batch_job.JOB, state=Job.State.DUE)
    for day in range(job.max_attempts):
        run_job(job.pk, NOON + timedelta(days=day))
    drafted.refresh_from_db()
    assert (drafted.state, drafted.cursor) == ("failed", 0)
    monkeypatch.undo()
    retry_job(job.pk, acting(city_head, NOON + timedelta(days=9)))
    run_batches(days=9)
    drafted.refresh_from_db()
    assert (drafted.state, serials(drafted)) == ("done", [1, 2, 3, 4, 5])


class LostServerError(OperationalError):
    """The database is gone."""


def test_short_legs_hand_on(drafted: DocumentBatch, city_head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_job, "go_on", lambda batch, run: _GO_ON(batch, run, most=2))
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    run_batches()
    keys = [f"batch:{drafted.pk}:2:{cursor}" for cursor in (0, 2, 4)]
    assert set(Job.objects.filter(key__in=keys).values_list("state", flat=True)) == {"done"}
    assert serials(drafted) == [1, 2, 3, 4, 5]


_GO_ON = batch_job.go_on


def test_only_who_may_issue_approves_and_who_may_draft_starts(
    deadlines: list[Deadline], city: Body, county: Body, overseer: User, unit_head: User, neighbour: User
) -> None:
    officer = make_user("officer", "city_officer", city)
    for stranger in (unit_head, neighbour):
        with pytest.raises(Blocked):
            start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(stranger))
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(officer))
    run_batches()
    for stranger in (officer, unit_head, neighbour):
        with pytest.raises(Blocked) as blocked:
            approve_batch(batch_id=batch.pk, acting=acting(stranger))
        assert blocked.value.code == "permission"
    approve_batch(batch_id=batch.pk, acting=acting(overseer))


def test_a_right_lost_after_approval_stops_every_letter(drafted: DocumentBatch, city_head: User) -> None:
    approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    city_head.bodyuserpermission_set.all().delete()
    run_batches()
    assert states(drafted) == ["failed"] * 5
    assert {item.refusal["code"] for item in drafted.items.all()} == {"permission"}
    assert not Sequence.objects.filter(purpose="document:reminder_letter", last__gt=0).exists()


def test_nobody_approves_letters_to_an_enterprise_of_theirs(drafted: DocumentBatch, city_head: User) -> None:
    enterprise = drafted.items.get(position=4).document.enterprise
    ConflictOfInterest.objects.create(
        user=city_head, enterprise=enterprise, reason="姐弟关系", declared_on=date(2026, 11, 1)
    )
    with pytest.raises(Blocked) as blocked:
        approve_batch(batch_id=drafted.pk, acting=acting(city_head))
    assert blocked.value.code == "conflict_of_interest"


def interview_drafts(county: Body, inspector: User, number: int) -> list[int]:
    keys = []
    for serial in range(1, number + 1):
        case = new_case(county, inspector, serial=serial)
        subject = f"interview:{new_interview(case).pk}"
        keys.append(draft_document(kind="interview_notice", subject=subject, acting=acting(inspector)).pk)
    return keys


def test_drafts_that_stand_are_approved_together_but_not_by_their_drafter(
    county: Body, inspector: User, unit_head: User, second: User
) -> None:
    keys = interview_drafts(county, inspector, 3)
    void_document(document=Document.objects.get(pk=keys[1]), reason=REASON, acting=acting(inspector))
    batch = start_batch(kind="interview_notice", body=county, drafts=keys, acting=acting(second))
    run_batches()
    assert states(batch) == ["drafted", "drafted"]
    with pytest.raises(RuleError) as taken:
        start_batch(kind="interview_notice", body=county, drafts=keys, acting=acting(second))
    assert taken.value.code == "in_another_batch"
    head_too = make_user("head_too", "unit_head", county)
    with pytest.raises(Blocked):
        approve_batch(batch_id=batch.pk, acting=acting(inspector))
    approve_batch(batch_id=batch.pk, acting=acting(head_too))
    run_batches()
    assert serials(batch) == [1, 2]


def test_the_drafter_who_may_issue_is_told_that_somebody_else_must(county: Body, unit_head: User) -> None:
    keys = interview_drafts(county, unit_head, 2)
    batch = start_batch(kind="interview_notice", body=county, drafts=keys, acting=acting(unit_head))
    run_batches()
    with pytest.raises(Blocked) as blocked:
        approve_batch(batch_id=batch.pk, acting=acting(unit_head))
    assert blocked.value.code == "not_the_drafter"


def test_a_letter_that_a_task_of_its_case_issues_is_left_to_it(
    county: Body, inspector: User, unit_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_items, "_elsewhere", [lambda document: True])
    keys = interview_drafts(county, inspector, 1)
    batch = start_batch(kind="interview_notice", body=county, drafts=keys, acting=acting(inspector))
    run_batches()
    assert batch.items.get().refusal["code"] == "task_issues_it"


@pytest.mark.parametrize(("number", "code"), [(0, "no_letters"), (1001, "too_many_letters")])
def test_a_sheet_has_at_least_one_and_at_most_a_thousand_letters(city: Body, overseer: User, number, code) -> None:
    names = [f"deadline:{key}" for key in range(1, number + 1)]
    with pytest.raises(RuleError) as refused:
        start_batch(kind="reminder_letter", body=city, subjects=names, acting=acting(overseer))
    assert refused.value.code == code
    assert not DocumentBatch.objects.exists()


def test_the_sheet_is_kept_as_it_was(drafted: DocumentBatch) -> None:
    for change in (
        lambda: BatchItem.objects.update(position=9),
        lambda: DocumentBatch.objects.update(started_at=NOON),
        lambda: BatchItem.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_of_two_who_approve_at_once_one_is_told_and_no_letter_is_issued_twice(shared_database: None) -> None:
    bodies = make_body_tree()
    county, city = bodies["330402"], bodies["330400"]
    heads = [make_user(name, "unit_head", city) for name in ("head", "other")]
    deadlines = many_deadlines(county, make_user("inspector", "inspector", county), 3)
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(heads[0]))
    run_batches()
    start = threading.Barrier(2)

    def approve(key: int) -> str:
        try:
            start.wait(timeout=60)
            approve_batch(batch_id=batch.pk, acting=acting(User.objects.get(pk=key)))
        except StatedError as error:
            return error.code
        finally:
            connections.close_all()
        return "approved"

    assert sorted(_in_threads(approve, [head.pk for head in heads])) == ["approved", "sheet_open"]
    batch.refresh_from_db()

    def work(run: int) -> str:
        try:
            start.wait(timeout=60)
            batch_job.go_on(batch.pk, run)
        finally:
            connections.close_all()
        return "done"

    _in_threads(work, [batch.run, batch.run])
    assert (states(batch), serials(batch)) == (["issued"] * 3, [1, 2, 3])
    assert Sequence.objects.get(purpose="document:reminder_letter").last == 3


def _in_threads(work: Callable[[int], str], given: list[int]) -> list[str]:
    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(work, given))


@pytest.mark.slow
def test_of_five_hundred_letters_three_fail_and_the_rest_is_numbered_without_a_gap(
    county: Body, city: Body, bodies: dict[str, Body], inspector: User, overseer: User, city_head: User
) -> None:
    deadlines = many_deadlines(county, inspector, 500)
    rare, above, met = deadlines[99], deadlines[249], deadlines[399]
    Deadline.objects.filter(pk=above.pk).update(accountable_body=bodies["000000"])
    batch = start_batch(kind="reminder_letter", body=city, subjects=subjects(deadlines), acting=acting(overseer))
    run_batches()
    assert progress_of(batch).drafted == 499
    item = batch.items.get(subject=f"deadline:{rare.pk}")
    item.document.fields = {"facts": f"{NO_GLYPH}某公司"}
    item.document.save(update_fields=["fields"])
    approve_batch(batch_id=batch.pk, acting=acting(city_head))
    meet_deadline(subject=met.subject, case=Case.objects.get(pk=met.case_id), on=NOON.date(), acting=acting(inspector))
    run_batches()
    batch.refresh_from_db()
    told = progress_of(batch)
    assert (batch.state, told.total, told.issued, told.failed) == ("done", 500, 497, 3)
    assert serials(batch) == list(range(1, 498))
    why = {item.subject: item.refusal["code"] for item in batch.items.filter(state="failed")}
    assert why == {
        f"deadline:{rare.pk}": "missing_glyph",
        f"deadline:{above.pk}": "no_body_above",
        f"deadline:{met.pk}": "draft_dropped",
    }
    assert all(set(item.refusal["words"]) == {"zh-hans", "en"} for item in batch.items.filter(state="failed"))
    renders = Job.objects.filter(kind="notices.render", state=Job.State.DUE)
    assert renders.values("payload__document").distinct().count() == 497
