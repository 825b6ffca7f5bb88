"""The audit trail: whole, chained, and refusing to be changed."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from cases.models import AuditEvent, Opinion

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(story):
    told = story(outcomes={"inspect": ["12"]})
    list(told.tell())
    return told


def test_every_step_leaves_an_event_with_who_when_and_where(told):
    events = AuditEvent.objects.filter(case=told.case).order_by("sequence")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    bodies = dict(events.values_list("action", "body__level"))
    assert (bodies["forward_filing"], bodies["file_province"]) == ("city", "province")
    others = {level for action, level in bodies.items() if action not in ("forward_filing", "file_province")}
    assert others == {"county"}
    decided = events.get(action="decide_grassroots")
    assert decided.actor == told.cast.grassroots_lead
    assert events.get(action="take_effect").actor is None


def test_the_trail_verifies_whole(told, capsys):
    call_command("verify_audit")
    assert "whole" in capsys.readouterr().out


@pytest.mark.parametrize("statement", ["UPDATE cases_auditevent SET action = 'x'", "DELETE FROM cases_auditevent"])
def test_the_database_refuses_to_change_or_remove_events(told, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_opinions_cannot_be_changed_either(told):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Opinion.objects.filter(case=told.case).update(reason="改写")


def test_a_change_behind_the_triggers_is_found_and_named(told, capsys):
    event = AuditEvent.objects.filter(case=told.case, action="propose_class").get()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_auditevent_no_update")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE cases_auditevent SET action = 'forged' WHERE id = %s", [event.pk])
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit")
    assert stopped.value.code == 1
    assert f"{event.stream} #{event.sequence}" in capsys.readouterr().err
