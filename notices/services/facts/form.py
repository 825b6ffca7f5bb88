"""What the filled general rules form says: the inspection of the proposal's round, and the opinions on the proposal."""

from typing import Any, cast

from cases.acting import legal_date
from cases.models import (
    Answer,
    Assignment,
    Body,
    Case,
    Certificate,
    Inspection,
    InspectorReplacement,
    Opinion,
    Proposal,
    User,
)
from cases.packs.loader import Pack, referred_pack
from cases.rules.errors import RuleError
from cases.selectors.bodies import ancestors
from notices.packs import form_notes
from notices.pdf import facts as pdf
from notices.rules.layout import document_date
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject


def form_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> pdf.FormFacts:
    """《通用规则》 with its answers and signatures. RuleError: `not_inspected`, `not_proposed`."""
    proposal = subject.row
    assert isinstance(proposal, Proposal)
    case = subject.case
    inspection = Inspection.objects.filter(case=case, round=proposal.round, submitted_at__isnull=False).first()
    if inspection is None or inspection.submitted_at is None:
        raise RuleError("not_inspected", "The inspection form has not been submitted yet.")
    if not proposal.proposed_class:
        raise RuleError("not_proposed", "The inspectors have not proposed a class yet.")
    enterprise = case.enterprise
    return pdf.FormFacts(
        case=case.number,
        organ=case.body.name,
        enterprise=enterprise.name,
        uscc=enterprise.uscc,
        category=enterprise.product_category or _main_products(case),
        inspection_form=cast(pdf.InspectionForm, case.form),
        address=enterprise.address,
        legal_representative=enterprise.legal_representative,
        date=inspection.visited_on or legal_date(inspection.submitted_at),
        items=_items(inspection, proposal.pack or case.pack),
        production_licences=_certificates(case, Certificate.Kind.PRODUCTION_LICENCE),
        ccc_certificates=_certificates(case, Certificate.Kind.CCC),
        risk_level=cast(pdf.RiskLevel, inspection.risk_level),
        proposed_class=cast(pdf.QualityClass, proposal.proposed_class),
        computed_class=cast(pdf.QualityClass, proposal.computed_class),
        class_reason=proposal.deviation_reason,
        inspectors=_inspectors(case, proposal),
        grassroots=_grassroots(case, proposal),
        city_opinion=_city(case, proposal),
        provincial=_provincial(case, proposal),
        notes=form_notes(),
        number=stamp.number,
        verify_url=stamp.verify_url,
        preview=stamp.preview,
    )


def pack_of(name: str) -> Pack:
    """The pack a case is decided by, named "code" or "code@version"."""
    return referred_pack(name)


def _items(inspection: Inspection, pack: str) -> tuple[pdf.FormItem, ...]:
    classes = pack_of(pack).classes
    if classes is None:
        raise RuleError("no_form", "The rule pack %(pack)s has no form.", pack=pack)
    answers = {answer.item: answer for answer in Answer.objects.filter(inspection=inspection)}
    return tuple(
        pdf.FormItem(
            number=item.number,
            text=item.text,
            starred=item.starred,
            answer_type=item.answer_type,
            **_answer(answers.get(item.number)),
        )
        for item in classes.items
    )


def _answer(answer: Answer | None) -> dict[str, Any]:
    """An enterprise that refused the inspection leaves its items unanswered."""
    return {"answer": answer.value, "evidence": answer.evidence, "remark": answer.remark} if answer else {}


def _main_products(case: Case) -> str:
    return "、".join(case.enterprise.products.filter(is_main=True).order_by("pk").values_list("name", flat=True))


def _certificates(case: Case, kind: str) -> tuple[str, ...]:
    found = case.enterprise.certificates.filter(kind=kind).order_by("number")
    return tuple(found.values_list("number", flat=True))


def _inspectors(case: Case, proposal: Proposal) -> tuple[pdf.Signature, ...]:
    of_round = {"case": case, "round": proposal.round}
    numbers = dict(InspectorReplacement.objects.filter(**of_round).values_list("user_id", "certificate_number"))
    numbers |= dict(Assignment.objects.filter(**of_round).values_list("user_id", "certificate_number"))
    countersigned = _opinion(case, "countersign", proposal.second_signer)
    days = (proposal.proposed_on, legal_date(countersigned.decided_at) if countersigned else proposal.proposed_on)
    return tuple(
        pdf.Signature(name=str(person), certificate=numbers.get(person.pk, ""), signed_on=day)
        for person, day in zip((proposal.proposed_by, proposal.second_signer), days, strict=True)
        if person is not None
    )


def _opinion(case: Case, step: str, author: User | None) -> Opinion | None:
    """The latest opinion of this author at this step."""
    if author is None:
        return None
    return Opinion.objects.filter(case=case, step=step, author=author).order_by("-pk").first()


def _grassroots(case: Case, proposal: Proposal) -> pdf.GrassrootsOpinion:
    if proposal.agreed_by is None:
        return pdf.GrassrootsOpinion(organ=case.body.name)
    opinion = _opinion(case, "decide_grassroots", proposal.agreed_by)
    seal, image = seal_of(case.body)
    return pdf.GrassrootsOpinion(
        organ=case.body.name,
        mode=cast(pdf.Mode, proposal.mode),
        opinion=opinion.reason if opinion else "",
        signed_by=str(proposal.agreed_by),
        date=proposal.agreed_on,
        seal=seal,
        seal_image=image,
    )


def _city(case: Case, proposal: Proposal) -> str:
    opinion = _opinion(case, "forward_filing", proposal.forwarded_by)
    if opinion is None or proposal.forwarded_on is None:
        return ""
    said = opinion.reason.strip().rstrip("。") or "同意转报"
    return f"{said}。{opinion.body.name}　{proposal.forwarded_by}　{document_date(proposal.forwarded_on)}"


def _provincial(case: Case, proposal: Proposal) -> pdf.ProvincialOpinion:
    province = next((body for body in ancestors(case.body) if body.level == Body.Level.PROVINCE), None)
    organ = province.name if province else ""
    if proposal.filed_by is None or province is None:
        return pdf.ProvincialOpinion(organ=organ)
    seal, image = seal_of(province)
    outcome = "" if proposal.outcome == Proposal.Outcome.OPEN else proposal.outcome
    return pdf.ProvincialOpinion(
        organ=organ,
        outcome=cast(pdf.FilingOutcome, outcome),
        opinion=proposal.filing_opinion,
        filing_number=proposal.filing_number,
        signed_by=str(proposal.filed_by),
        date=proposal.filed_on,
        seal=seal,
        seal_image=image,
    )
