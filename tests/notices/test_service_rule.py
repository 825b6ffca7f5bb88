"""Evidence of each kind of service, vector by vector (domain 8.3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.errors import RuleError
from notices.packs import service_law
from notices.rules.service import Attempt, service_of

ISSUED, TRIED, TODAY = date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 20)
LAW = service_law()

DIRECT = Attempt(
    kind="direct",
    issued_on=ISSUED,
    today=TODAY,
    attempted_on=TRIED,
    succeeded=True,
    servers=2,
    received_on=date(2026, 11, 5),
    recipient="王玥",
    recipient_role="mail_room",
    receipt_signed=True,
)
LIEN = replace(
    DIRECT,
    kind="lien",
    received_on=None,
    refusal_reason="拒绝签收",
    place="企业传达室",
    witness="陈社区",
    witness_unit="凤桥镇兴园社区居民委员会",
)
ELECTRONIC = replace(
    DIRECT,
    kind="electronic",
    servers=1,
    evidence=1,
    received_on=TRIED,
    reference="a@example.cn",
    electronic_addresses=("a@example.cn", "13800000000"),
)
FAR = "企业办事机构在外省，无法当面送达"
MAIL = replace(DIRECT, kind="mail", servers=1, reference="EMS123", received_on=date(2026, 11, 7), direct_difficulty=FAR)
ENTRUSTED = replace(DIRECT, kind="entrusted", servers=1, reference="秀洲区市场监督管理局", direct_difficulty=FAR)
FORWARDED = replace(ENTRUSTED, kind="forwarded", reference="嘉兴市司法局")
NOTICE = replace(
    DIRECT,
    kind="public_notice",
    servers=1,
    received_on=TRIED,
    reference="嘉兴日报",
    evidence=1,
    failures=3,
    reason="三次送达均未成功，企业已搬离",
)


@pytest.mark.parametrize(
    ("attempt", "served_on", "clause"),
    [
        (DIRECT, date(2026, 11, 5), "第（一）项"),
        (LIEN, TRIED, "第（二）项"),
        (replace(LIEN, witness="", on_video=True, evidence=1), TRIED, "第（二）项"),
        (ELECTRONIC, TRIED, "第（三）项"),
        (replace(ELECTRONIC, reference="", electronic_addresses=(), between_bodies=True), TRIED, "第（三）项"),
        (replace(DIRECT, recipient_role="designated", designated="陆敏"), date(2026, 11, 5), "第（一）项"),
        (MAIL, date(2026, 11, 7), "第（四）项"),
        (replace(MAIL, direct_difficulty="", failures=1), date(2026, 11, 7), "第（四）项"),
        (replace(MAIL, direct_difficulty="", between_bodies=True), date(2026, 11, 7), "第（四）项"),
        (ENTRUSTED, date(2026, 11, 5), "第（四）项"),
        (FORWARDED, date(2026, 11, 5), "第（四）项"),
        (NOTICE, date(2026, 12, 4), "第（五）项"),
        (replace(NOTICE, failures=0, whereabouts_unknown=True), date(2026, 12, 4), "第（五）项"),
        (replace(NOTICE, reference="", posted=True, on_video=True), date(2026, 12, 4), "第（五）项"),
        (
            replace(MAIL, address_proved_wrong=True, address_confirmed=True, received_on=date(2026, 11, 9)),
            date(2026, 11, 9),
            "第八十三条",
        ),
        (
            replace(DIRECT, address_proved_wrong=True, address_confirmed=True, receipt_signed=False, recipient=""),
            TRIED,
            "第八十三条",
        ),
        (
            replace(DIRECT, recipient_role="family", natural_person=True, proxy_reason="本人外出"),
            date(2026, 11, 5),
            "第（一）项",
        ),
    ],
    ids=[
        "direct", "lien-witness", "lien-video", "electronic", "electronic-between-bodies", "designated", "mail",
        "mail-after-failure", "mail-between-bodies", "entrusted", "forwarded", "notice", "notice-whereabouts",
        "notice-posted", "mail-returned", "direct-wrong-address", "family-of-a-person",
    ],
)  # fmt: skip
def test_served_on_the_day_the_law_counts(attempt: Attempt, served_on: date, clause: str) -> None:
    service = service_of(attempt, LAW)
    assert service.served_on == served_on
    assert clause in service.grounds[0].clause


@pytest.mark.parametrize(
    ("attempt", "code", "field"),
    [
        (replace(DIRECT, receipt_signed=False), "service_evidence", "receipt_signed"),
        (replace(DIRECT, recipient=" "), "service_evidence", "recipient"),
        (replace(DIRECT, recipient_role=""), "service_evidence", "recipient"),
        (replace(DIRECT, recipient_role="family"), "service_evidence", "recipient_role"),
        (replace(DIRECT, received_on=None), "service_evidence", "received_on"),
        (replace(DIRECT, servers=1), "service_evidence", "second_server"),
        (replace(DIRECT, address_proved_wrong=True), "service_evidence", "address_proved_wrong"),
        (replace(LIEN, witness=""), "service_evidence", "witness"),
        (replace(LIEN, witness="", on_video=True), "service_evidence", "witness"),
        (replace(LIEN, refusal_reason=""), "service_evidence", "refusal_reason"),
        (replace(LIEN, place=""), "service_evidence", "place"),
        (replace(LIEN, servers=1), "service_evidence", "second_server"),
        (replace(ELECTRONIC, electronic_addresses=()), "no_consent", "kind"),
        (replace(ELECTRONIC, reference=""), "service_evidence", "reference"),
        (replace(ELECTRONIC, reference="b@example.cn"), "service_evidence", "reference"),
        (replace(DIRECT, recipient_role="designated"), "service_evidence", "recipient_role"),
        (replace(ELECTRONIC, evidence=0), "service_evidence", "evidence"),
        (replace(ELECTRONIC, received_on=None), "service_evidence", "received_on"),
        (replace(MAIL, reference=""), "service_evidence", "reference"),
        (replace(MAIL, received_on=None), "service_evidence", "received_on"),
        (replace(ENTRUSTED, reference=""), "service_evidence", "reference"),
        (replace(MAIL, direct_difficulty=" "), "service_evidence", "direct_difficulty"),
        (replace(ENTRUSTED, recipient=""), "service_evidence", "recipient"),
        (replace(ENTRUSTED, reference="嘉兴市司法局"), "service_evidence", "reference"),
        (replace(ENTRUSTED, direct_difficulty=""), "service_evidence", "direct_difficulty"),
        (replace(ENTRUSTED, receipt_signed=False), "service_evidence", "receipt_signed"),
        (replace(ENTRUSTED, received_on=None), "service_evidence", "received_on"),
        (replace(FORWARDED, reference=""), "service_evidence", "reference"),
        (replace(FORWARDED, reference="秀洲区市场监督管理局"), "service_evidence", "reference"),
        (replace(FORWARDED, direct_difficulty=""), "service_evidence", "direct_difficulty"),
        (replace(FORWARDED, receipt_signed=False), "service_evidence", "receipt_signed"),
        (replace(NOTICE, reference="", posted=True), "service_evidence", "on_video"),
        (replace(DIRECT, recipient_role="family", natural_person=True), "service_evidence", "proxy_reason"),
        (replace(LIEN, witness_unit=""), "service_evidence", "witness_unit"),
        (replace(LIEN, receipt_signed=False), "service_evidence", "receipt_signed"),
        (replace(NOTICE, failures=2), "public_notice_too_early", "kind"),
        (replace(NOTICE, reason=""), "service_evidence", "note"),
        (replace(NOTICE, reference=""), "service_evidence", "reference"),
        (replace(NOTICE, evidence=0), "service_evidence", "evidence"),
        (replace(NOTICE, received_on=None), "service_evidence", "received_on"),
        (replace(DIRECT, attempted_on=date(2026, 11, 1)), "served_before_issued", "attempted_on"),
        (replace(DIRECT, received_on=date(2026, 11, 1)), "served_before_issued", "received_on"),
        (replace(DIRECT, received_on=date(2026, 11, 3)), "dates_out_of_order", "received_on"),
        (replace(DIRECT, received_on=date(2026, 11, 21)), "date_in_future", "received_on"),
        (replace(DIRECT, attempted_on=date(2026, 11, 21)), "date_in_future", "attempted_on"),
        (replace(DIRECT, succeeded=False), "failure_reason_missing", "failure_reason"),
    ],
)
def test_what_is_missing_is_named_with_its_clause(attempt: Attempt, code: str, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        service_of(attempt, LAW)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    assert refused.value.clause.startswith(LAW.act)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(RuleError):
        service_of(replace(DIRECT, kind="pigeon"), LAW)


def test_a_failed_attempt_serves_nothing_and_says_why() -> None:
    service = service_of(replace(DIRECT, succeeded=False, failure_reason="大门紧闭，无人应答"), LAW)
    assert service.served_on is None
    assert "大门紧闭" in service.grounds[0].text


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    kind=st.sampled_from([DIRECT, LIEN, ELECTRONIC, MAIL, ENTRUSTED, FORWARDED, NOTICE]),
    issued=days,
    tried=days,
    received=days,
    today=days,
)
def test_nothing_is_ever_served_before_it_was_issued(
    kind: Attempt, issued: date, tried: date, received: date, today: date
) -> None:
    attempt = replace(
        kind,
        issued_on=issued,
        attempted_on=tried,
        received_on=None if kind.received_on is None else received,
        today=today,
    )
    try:
        served = service_of(attempt, LAW).served_on
    except RuleError:
        return
    assert served is not None
    assert issued <= served <= today + timedelta(days=30)
