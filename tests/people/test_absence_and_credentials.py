"""Substitutes, certificates and conflicts of interest."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from cases.models import AuditEvent, Body, ConflictOfInterest, EnforcementCertificate, Substitution, User
from cases.rules.errors import NotPermitted, RuleError, StatedError
from cases.selectors.scope import acting_for, holds
from cases.services.absence import arrange_substitution, end_substitution
from cases.services.appoint import appoint
from cases.services.credentials import declare_conflict, issue_certificate, lift_conflict
from tests.factories import acting, make_enterprise, make_user

START = date(2026, 1, 1)
TODAY = date(2026, 11, 18)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def officer(tree: dict[str, Body], admin: User) -> User:
    user = make_user("officer")
    appoint(user=user, role="inspector", body=tree["330402"], starts_on=START, acting=acting(admin))
    return user


def _arrange(absent: User, substitute: User, by: User, starts_on: date = TODAY, ends_on: date = FRIDAY) -> Substitution:
    return arrange_substitution(
        absent=absent, substitute=substitute, starts_on=starts_on, ends_on=ends_on, reason="年休假", acting=acting(by)
    )


def test_a_substitute_acts_for_the_absent_on_both_end_days_and_is_granted_nothing(
    officer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stand_in = make_user("stand_in")
    _arrange(officer, stand_in, officer)
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 2, 3)]
    assert [acting_for(stand_in, day) for day in days] == [[], [officer], [officer], []]
    assert not holds(stand_in, "view_case")
    assert acting_for(officer, TODAY) == []
    with django_assert_num_queries(1):
        acting_for(stand_in, TODAY)


def test_nobody_acts_for_one_who_has_left_or_having_left(officer: User) -> None:
    stand_in = make_user("stand_in")
    _arrange(officer, stand_in, officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert acting_for(stand_in, TODAY) == []
    User.objects.filter(pk=officer.pk).update(is_active=True)
    stand_in.is_active = False
    assert acting_for(stand_in, TODAY) == []


def test_the_absent_person_or_their_manager_arranges(officer: User, admin: User) -> None:
    stand_in = make_user("stand_in")
    _arrange(officer, stand_in, admin)
    with pytest.raises(NotPermitted):
        _arrange(officer, admin, stand_in, date(2026, 12, 1), date(2026, 12, 2))
    assert AuditEvent.objects.get(action="arrange_substitution").actor == admin


def test_substitutions_that_cannot_be(officer: User, admin: User) -> None:
    stand_in, gone = make_user("stand_in"), make_user("gone", is_active=False)
    _arrange(stand_in, admin, stand_in, date(2026, 12, 1), date(2026, 12, 3))
    _arrange(officer, admin, officer, date(2026, 12, 20), date(2026, 12, 22))
    attempts = {
        "own_substitute": (officer, officer, officer),
        "person_inactive": (officer, gone, officer),
        "dates_out_of_order": (officer, stand_in, officer, FRIDAY, TODAY),
        "absence_past": (officer, stand_in, officer, START, START),
        "substitute_absent": (officer, stand_in, officer, date(2026, 12, 3), date(2026, 12, 4)),
        "absence_overlap": (officer, stand_in, officer, date(2026, 12, 22), date(2026, 12, 30)),
    }
    for code, arguments in attempts.items():
        with pytest.raises(StatedError) as refusal:
            _arrange(*arguments)
        assert refusal.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        Substitution.objects.create(
            absent=officer, substitute=officer, starts_on=TODAY, ends_on=TODAY, reason="", arranged_by=officer
        )


def test_coming_back_early_ends_a_substitution(officer: User) -> None:
    stand_in = make_user("stand_in")
    running = _arrange(officer, stand_in, officer)
    Substitution.objects.filter(pk=running.pk).update(starts_on=START)
    end_substitution(substitution=running, acting=acting(officer))
    assert acting_for(stand_in, TODAY) == []
    assert acting_for(stand_in, TODAY - timedelta(days=1)) == [officer]
    with pytest.raises(RuleError):
        end_substitution(substitution=running, acting=acting(officer))


def test_a_substitution_that_has_not_begun_is_struck_out_but_stays_in_the_trail(officer: User) -> None:
    coming = _arrange(officer, make_user("stand_in"), officer, FRIDAY, FRIDAY)
    end_substitution(substitution=coming, acting=acting(officer))
    assert not Substitution.objects.exists()
    assert AuditEvent.objects.get(action="end_substitution").data["reason"] == "年休假"


def test_a_certificate_is_valid_on_both_its_days(officer: User, admin: User) -> None:
    certificate = issue_certificate(
        user=officer, number="浙0001", valid_from=START, valid_to=FRIDAY, issuer="浙江省人民政府", acting=acting(admin)
    )
    days = [START - timedelta(days=1), START, FRIDAY, FRIDAY + timedelta(days=1)]
    assert [EnforcementCertificate.objects.valid(day).count() for day in days] == [0, 1, 1, 0]
    assert str(certificate) == "浙0001"


def test_certificates_that_cannot_be(officer: User, admin: User) -> None:
    usual = {"user": officer, "number": "浙0001", "valid_from": START, "valid_to": FRIDAY, "issuer": "省政府"}
    issue_certificate(**usual, acting=acting(admin))
    refusals = []
    for change in ({}, {"number": "浙0002", "valid_to": date(2025, 1, 1)}):
        with pytest.raises(RuleError) as refusal:
            issue_certificate(**{**usual, **change}, acting=acting(admin))  # type: ignore[arg-type]
        refusals.append(refusal.value.code)
    assert refusals == ["certificate_taken", "dates_out_of_order"]
    with pytest.raises(NotPermitted):
        issue_certificate(**{**usual, "number": "浙0003"}, acting=acting(officer))  # type: ignore[arg-type]


def test_a_conflict_stands_from_its_declaration_until_a_manager_lifts_it(officer: User, admin: User) -> None:
    enterprise = make_enterprise()
    conflict = declare_conflict(user=officer, enterprise=enterprise, reason="近亲属任职", acting=acting(officer))
    standing = ConflictOfInterest.objects.standing(TODAY).filter(user=officer, enterprise=enterprise)
    assert standing.exists()
    with pytest.raises(RuleError):
        declare_conflict(user=officer, enterprise=enterprise, reason="又一次", acting=acting(officer))
    with pytest.raises(NotPermitted):
        lift_conflict(conflict=conflict, acting=acting(officer))
    lift_conflict(conflict=conflict, acting=acting(admin))
    assert not standing.exists()
    with pytest.raises(RuleError):
        lift_conflict(conflict=conflict, acting=acting(admin))


def test_a_conflict_needs_a_reason_and_somebody_who_may_declare_it(officer: User) -> None:
    enterprise = make_enterprise()
    with pytest.raises(RuleError):
        declare_conflict(user=officer, enterprise=enterprise, reason="  ", acting=acting(officer))
    with pytest.raises(NotPermitted):
        declare_conflict(user=officer, enterprise=enterprise, reason="猜测", acting=acting(make_user("stranger")))
