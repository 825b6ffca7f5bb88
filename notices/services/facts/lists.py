"""What the letters about supervision lists say: an entry proposed, decided, and ended (国市监质监发〔2023〕38号 三).

Of the classes of the Trial Measures nothing is said: they are internal (art. 13). The document is silent on notice and
views; both follow the habit of administrative decisions ([A]) and cost the unit nothing.
"""

from datetime import date
from typing import Any, Final

from cases.models import Case, ListCandidate, ListEntry, ListNotice, RiskEvent
from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.listing import ListingRule
from cases.selectors.deadline_rules import amount_for, rule_of
from cases.services.decide_listing import decision_of
from cases.services.list_notice import VIEWS_RULE
from notices.models import Document
from notices.pdf.facts import LetterFacts, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE, heading, letter, plain, sentence, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_NAMED: Final = GUIDANCE.replace("号）", "号，以下简称《指导意见》）")
LISTS: Final = {"key": "重点监管", "special": "特别监管"}
KINDS: Final = {"production": "生产", "sales": "销售"}
PROVISIONS: Final = {
    "key": "对发现较大质量安全风险或者信用风险较高的生产和销售单位，实施重点监管",
    "special": "对近2年内发现3次及以上重大质量安全风险或者信用风险高的生产和销售单位，实施特别监管",
}
"""Verbatim from the document."""
_LEVELS: Final = {"larger": "较大质量安全风险", "major": "重大质量安全风险"}
_EVENTS: Final = {
    "sampling_failed": "产品质量监督抽查不合格",
    "sampling_refused": "拒绝接受产品质量监督抽查",
    "complaint": "投诉举报经核查属实",
    "penalty": "受到行政处罚",
    "exposure": "产品质量问题被媒体曝光",
    "hazard": "存在严重质量安全隐患",
    "accident": "发生产品质量安全事故",
    "recall": "产品因存在缺陷被召回",
    "risk_monitoring": "风险监测发现问题",
    "other": "其他质量安全风险",
}
_CREDIT: Final = {"elevated": "较高", "high": "高"}


def facts_in_words(candidate: ListCandidate) -> str:
    """Why the unit is proposed, a line a fact: each risk counted, and the credit risk where it counts."""
    events = RiskEvent.objects.filter(pk__in=candidate.event_ids).order_by("confirmed_on", "pk")
    lines = [
        f"{document_date(event.confirmed_on)}，经核实，{_found(event)}，属于{_LEVELS[event.level]}。"
        for event in events
        if event.confirmed_on is not None
    ]
    if candidate.credit_risk in _CREDIT:
        lines.append(f"企业信用风险分类结果为信用风险{_CREDIT[candidate.credit_risk]}。")
    if candidate.cause == ListCandidate.Cause.ADDED:
        lines.append(sentence(candidate.review))
    return "\n".join(lines)


def _found(event: RiskEvent) -> str:
    """What kind of event it was, and which."""
    kind, title = _EVENTS[event.kind], event.title.strip().rstrip("。")
    return kind if title == kind else f"{kind}：{title}"


def listing_notice_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """拟列入重点监管（特别监管）名单告知书: facts, ground, and the right to be heard before anybody decides."""
    notice = subject.row
    assert isinstance(notice, ListNotice)
    candidate = subject.case.list_candidate
    we, days = short(subject.body), amount_for(rule_of(VIEWS_RULE), subject.body)
    listed = LISTS[notice.level]
    paragraphs = [
        Paragraph(
            0,
            f"依据{_NAMED}的规定，{we}拟将你单位列入{_list_name(candidate, notice.level)}。现将有关事项告知如下：",
        ),
        heading("一、拟列入的事实"),
        *_numbered(fields.get("facts") or facts_in_words(candidate)),
        heading("二、拟列入的依据"),
        Paragraph(
            0, f"{_counted(candidate)}《指导意见》“三、实施分类精准监管和帮扶”规定：“{PROVISIONS[notice.level]}。”"
        ),
        heading("三、列入后的监管"),
        Paragraph(
            0, f"列入名单后，{we}将组织属地市场监管部门依法对你单位实施{listed}，督促你单位落实质量安全主体责任。"
        ),
        heading("四、你单位的权利"),
        Paragraph(
            0,
            f"你单位对上述事实和依据有异议的，可以自本告知书送达之日起{days}个工作日内（送达当日不计入期限）向{we}书面"
            "或者当面陈述意见，并提交有关材料。逾期未陈述意见的，视为无意见。",
        ),
        Paragraph(0, f"{we}将充分听取你单位的意见，不因你单位陈述意见而加重处理；作出决定后，将书面告知你单位。"),
        Paragraph(0, "特此告知。"),
    ]
    return letter("listing_notice", f"拟列入{listed}名单告知书", subject, paragraphs, fields, stamp)


def listing_decision_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """列入（不列入）名单告知书: what was decided, on what ground, and the answer to the unit's views."""
    candidate, case = _candidate(subject), subject.case
    notice, outcome = case.list_notice, _outcome(case)
    we = short(subject.body)
    entry = ListEntry.objects.filter(case=case).order_by("-pk").first()
    listed = entry is not None and outcome != "none"
    level = outcome if listed else notice.level
    name = _list_name(candidate, level)
    verdict = (
        f"决定将你单位列入{name}，自{document_date(entry.entered_on)}起实施{LISTS[level]}。"
        if listed and entry is not None
        else f"决定不将你单位列入{name}。"
    )
    decision = decision_of(case)
    reason = decision.reason if decision else ""
    paragraphs = [
        Paragraph(0, f"{_told(case, notice)}{_heard(notice)}现将{we}的决定告知如下："),
        heading("一、决定内容"),
        Paragraph(0, f"依据{_NAMED}的规定，经研究，{we}{verdict}"),
        heading("二、事实和依据"),
        *([Paragraph(0, sentence(reason))] if reason else []),
        *([*_numbered(_facts_told(case)), *_ground(candidate, level)] if listed else []),
    ]
    number = iter("三四")
    if notice.answer:
        paragraphs += [heading(f"{next(number)}、对你单位意见的答复"), *plain(notice.answer)]
    if listed:
        paragraphs += [
            heading(f"{next(number)}、移出名单"),
            Paragraph(
                0,
                f"你单位完成整改并经核实，或者列入名单的情形已经消除的，可以书面请求{we}移出名单；{we}每年对名单重新核定一次。",
            ),
        ]
    paragraphs.append(Paragraph(0, "特此告知。"))
    title = f"{'列入' if listed else '不列入'}{LISTS[level]}名单告知书"
    return letter("listing_decision", title, subject, paragraphs, fields, stamp)


def delisting_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """移出名单告知书, or 调整为重点监管告知书 where the unit goes down a level."""
    candidate, case = _candidate(subject), subject.case
    ended = ListEntry.objects.filter(left_case=case).order_by("-pk").first()
    decision = decision_of(case)
    if ended is None or ended.left_on is None or decision is None:
        raise RuleError("not_decided", "Nothing has been decided for this case yet.")
    we, day = short(subject.body), document_date(ended.left_on)
    down = decision.outcome == "down"
    before = f"{ended.year}年度{KINDS[ended.kind]}单位{LISTS[ended.level]}名单"
    verdict = (
        f"经研究，{we}决定自{day}起将你单位由{before}调整至{_list_name(candidate, 'key')}，实施重点监管。"
        if down
        else f"经研究，{we}决定自{day}起将你单位移出{before}，不再实施{LISTS[ended.level]}。"
    )
    paragraphs = [
        Paragraph(0, f"你单位于{document_date(ended.entered_on)}被列入{before}。现将{we}的决定告知如下："),
        heading("一、决定内容"),
        Paragraph(0, verdict),
        heading("二、理由"),
        Paragraph(0, sentence(decision.reason)),
        heading("三、有关要求"),
        Paragraph(0, "请你单位继续落实质量安全主体责任，加强质量安全管理，防范质量安全风险。"),
        Paragraph(0, "特此告知。"),
    ]
    title = "调整为重点监管告知书" if down else f"移出{LISTS[ended.level]}名单告知书"
    return letter("delisting_notice", title, subject, paragraphs, fields, stamp)


def _candidate(subject: Subject) -> ListCandidate:
    assert isinstance(subject.row, ListCandidate)
    return subject.row


def _outcome(case: Case) -> str:
    decision = decision_of(case)
    if decision is None:
        raise RuleError("not_decided", "Nothing has been decided for this case yet.")
    return decision.outcome


def _list_name(candidate: ListCandidate, level: str) -> str:
    return f"{candidate.year}年度{KINDS[candidate.kind]}单位{LISTS[level]}名单"


def _numbered(text: str) -> list[Paragraph]:
    """Each line a paragraph, numbered where there are several."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        return [Paragraph(0, lines[0])]
    return [Paragraph(0, f"{at}. {line}") for at, line in enumerate(lines, 1)]


def _rule_of(candidate: ListCandidate) -> ListingRule:
    """The rule the candidate was found by."""
    code, _at, version = candidate.pack.partition("@")
    rule = load_pack(code, int(version)).listing
    assert rule is not None
    return rule


def _counted(candidate: ListCandidate) -> str:
    """The counts the rule went by, in one sentence; nothing where nothing was counted."""
    rule = _rule_of(candidate)
    counts = [
        (candidate.major_count, f"近{rule.major_window_months}个月内经核实的重大质量安全风险"),
        (candidate.larger_count, f"近{rule.larger_window_months}个月内经核实的较大质量安全风险"),
        (candidate.open_count, "尚未消除的较大以上质量安全风险"),
    ]
    said = "、".join(f"{words}{number}次" for number, words in counts if number)
    return f"截至{document_date(candidate.found_on)}，你单位{said}。" if said else ""


def _ground(candidate: ListCandidate, level: str) -> list[Paragraph]:
    return [Paragraph(0, f"{_counted(candidate)}《指导意见》“三、实施分类精准监管和帮扶”规定：“{PROVISIONS[level]}。”")]


def _notice_letter(case: Case) -> Document | None:
    notices = Document.objects.filter(case=case, kind="listing_notice", state=Document.State.ISSUED)
    return notices.select_related("issue").first()


def _facts_told(case: Case) -> str:
    """The facts of which the unit was told: the decision rests on no others."""
    document = _notice_letter(case)
    return (document.fields.get("facts") if document else "") or facts_in_words(case.list_candidate)


def _told(case: Case, notice: ListNotice) -> str:
    document = _notice_letter(case)
    title = f"《拟列入{LISTS[notice.level]}名单告知书》"
    number = f"（{document.number}）" if document else ""
    day: date | None = notice.told_on
    return f"{title}{number}已于{document_date(day)}送达你单位。" if day else f"{title}{number}已送达你单位。"


def _heard(notice: ListNotice) -> str:
    if notice.views and notice.views_on:
        return f"你单位于{document_date(notice.views_on)}陈述了意见。"
    return "你单位在规定期限内未陈述意见。" if notice.views_on is None else "你单位表示无意见。"
