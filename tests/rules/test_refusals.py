"""Every refusal that rests on the law names its clause: read from the code, so that none is forgotten."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PLACE_OF_CLAUSE: Final = {"RuleError": 2, "NotPermitted": 2, "Condition": 4}
"""What says no, and which of its arguments is the clause."""
_CODES: Final = """
absence_overlap absence_past addressee_missing addressee_served already_drafted amount answer area_elsewhere
assigned attended_missing bad_field bad_seal_image basis_missing beginning calendar_day_twice calendar_stray_day
case_file_running case_running case_unknown certificate certificate_not_in_force certificate_taken change_open
check_recorded checked choice_missing choice_unknown conflict_lifted conflict_stands content_missing credit_risk
damaged date_before_service date_future date_in_future date_missing date_order date_past dates_out_of_order
deadline_running deadline_suspended decided_kept demand_incomplete demands_missing dispatched document_void
double_columns draft draft_dropped draft_open draft_valid duplicate_key duty_kind empty enterprise_active
enterprise_exists event_state every_row_decided every_row_right evidence_missing extension_pending field_missing
file_damaged file_empty file_too_large file_type gloss_failed gone headcount in_another_batch interview_day
interview_past issued issued_meanwhile items_not_checked job_kind_unknown job_not_over job_over job_unknown json
kind_unknown kinds letter_settled link_expired link_revoked link_unknown link_used list_changed missing_columns
missing_key name_missing name_taken needs_a_person needs_person needs_review no_body_above no_case_file_running
no_consent no_document no_document_prefix no_draft_document no_draft_yet no_form no_grassroots_body no_header
no_interview no_letters no_local_lists no_proposal no_province no_rehearsal_running no_rows no_running_case
no_running_deadline no_such_inspector no_visit nobody_listed nobody_to_urge not_a_draft not_a_table not_a_workday
not_assigned not_backdated not_decided not_expired not_filed not_held not_inspected not_issued not_its_writer
not_listed_yet not_manager not_merged not_new not_over not_permitted not_printed not_proposed not_run_out
not_running not_served not_taken not_the_drafter not_void note_too_long nothing_open nothing_to_judge
nothing_to_lift notice_missing old_excel on_list one_extension one_unit open_risks order_closed order_not_served
order_served order_without_items origin_note_missing other_issuer other_person out_of_turn own_conflict own_password
own_substitute own_task own_view pack pack_elsewhere pack_invalid pack_not_in_force pack_section pack_version_taken
palette party_name_missing party_not_drawn permission person_inactive photos post_at_body post_end_in_past
post_ended post_overlap printed printed_differently process_busy process_over process_unknown product_level
province_failures quality_class query_too_long reason_missing reason_too_short rehearsal_running rehearsed
revenue_wan rhythm_unknown risk_level_missing role_not_at_level row_gone running same_body same_owner scan_running
second self_appointment self_deactivation sent_meanwhile separation_of_duties served served_already
served_before_issued setting_not_per_body setting_value sheet_changed sheet_closed sheet_open signature_faulty
signature_too_long signature_too_short signature_unreadable signed_otherwise something_failed something_to_apply
something_to_issue stale status substitute_absent task_issues_it task_not_cancellable task_not_claimed
task_not_failed task_not_revivable task_not_undoable task_of_another template_gone tier_unknown told_in_future
too_large too_many_letters too_many_rows too_many_views two_events two_officers typed_otherwise unanswered
unexpected unit unknown_deadline_rule unknown_document unknown_field unknown_key unknown_role unknown_service_kind
unknown_setting unknown_subject upload_facts upload_hash upload_item upload_most upload_piece upload_size
upload_taken urged_today username_taken value view_gone weak_password withdrawn_already within_area wrong_facts
wrong_person wrong_subject
"""
NO_LAW: Final = frozenset(_CODES.split())
"""Codes of refusals that no law speaks of: what was typed or sent is unfit, something is not in the state for it, the
person's post or the programme itself does not allow it."""


@cache
def refusals() -> dict[str, list[tuple[str, bool]]]:
    """Of each code, where it is refused and whether a clause is named there."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for path, call, name in _calls():
        if not call.args:
            continue
        code = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
        named = len(call.args) > PLACE_OF_CLAUSE[name] or any(word.arg == "clause" for word in call.keywords)
        found[str(code)].append((f"{path.relative_to(ROOT)}:{call.lineno}", named))
    return found


def _calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for folder in ("cases", "notices", "workflow"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts or "demo" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACE_OF_CLAUSE:
                    yield path, node, node.func.id


def test_there_are_many() -> None:
    assert sum(map(len, refusals().values())) > 300


def test_every_other_refusal_names_its_clause() -> None:
    silent = {
        f"{code} at {place}"
        for code, places in refusals().items()
        for place, named in places
        if code and code not in NO_LAW and not named
    }
    assert silent == set()


@pytest.mark.parametrize("code", sorted(NO_LAW))
def test_what_is_listed_as_without_law_is_refused_somewhere_without_a_clause(code: str) -> None:
    assert any(not named for _place, named in refusals().get(code, []))


def test_a_code_that_is_computed_brings_its_clause_along() -> None:
    """All but what is wrong with the encoding of a file, or with the shapes in one."""
    silent = {place.split(":")[0] for place, named in refusals()[""] if not named}
    assert silent == {"cases/services/read_text.py", "cases/rules/boundaries.py"}
