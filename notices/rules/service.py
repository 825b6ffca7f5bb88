"""When a document counts as served, by what evidence (市场监督管理行政处罚程序规定, art. 82, 83). Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.rules.errors import RuleError, msgid
from cases.rules.grounds import Ground
from notices.rules.layout import document_date

NATURAL_PERSON_ONLY: Final = frozenset({"family"})


@dataclass(frozen=True, slots=True)
class ServiceLaw:
    """The numbers and clauses of the act; see packs/service.yaml.

    `notice_days` are calendar days until a public notice takes effect. `servers` names the kinds whose receipt more
    than one server signs; `where_direct_is_difficult` those that are open only there; `market_regulator_words` tell a
    market regulator, which is entrusted, from another department, which forwards.
    """

    act: str
    notice_days: int
    failures_before_notice: int
    servers: Mapping[str, int]
    where_direct_is_difficult: Sequence[str]
    market_regulator_words: Sequence[str]
    clauses: Mapping[str, str]

    def clause(self, name: str) -> str:
        """The act with the clause of a kind of service, or of `confirmed_address`."""
        return f"{self.act}{self.clauses[name]}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The facts of one attempt.

    `received_on` is the day the law counts: written on the receipt by the recipient, left at the premises, reached the
    system, on the return receipt, or of publication. `reference` is what identifies the way: the mail number, the
    entrusted market regulator, the department that forwards, the electronic address, the newspaper or website.
    `direct_difficulty` says why it could not be handed over in person; an earlier failed attempt says it as well.
    `proxy_reason`: why somebody received it for the person named. `posted`: the public notice hangs on the notice board
    and at the premises. `address_proved_wrong`: nobody was found at the confirmed address, and the change was not
    reported (art. 83). `evidence` counts the files attached; `logged`: the party fetched it or confirmed its receipt
    by its own act, which the system recorded. `electronic_addresses` are those the party agreed to in the confirmation
    it signed, and `designated` whom it named there to receive for it. `notice_until`: a public notice runs, and takes
    effect on that day. `between_bodies`: a paper from one body to another, which needs no consent.
    """

    kind: str
    issued_on: date
    today: date
    attempted_on: date
    succeeded: bool
    servers: int = 1
    received_on: date | None = None
    recipient: str = ""
    recipient_role: str = ""
    place: str = ""
    proxy_reason: str = ""
    receipt_signed: bool = False
    witness: str = ""
    witness_unit: str = ""
    refusal_reason: str = ""
    on_video: bool = False
    reference: str = ""
    direct_difficulty: str = ""
    posted: bool = False
    evidence: int = 0
    logged: bool = False
    electronic_addresses: tuple[str, ...] = ()
    designated: str = ""
    address_confirmed: bool = False
    address_proved_wrong: bool = False
    natural_person: bool = False
    between_bodies: bool = False
    whereabouts_unknown: bool = False
    failures: int = 0
    notice_until: date | None = None
    reason: str = ""
    failure_reason: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """Whether and from which day it counts as served; None when the attempt failed."""

    served_on: date | None
    grounds: tuple[Ground, ...]


def service_of(attempt: Attempt, law: ServiceLaw) -> Service:
    """Judge one attempt.

    RuleError: `unknown_service_kind`, `date_in_future`, `served_before_issued`, `dates_out_of_order`,
    `failure_reason_missing`, `service_evidence` (with `field`), `no_consent`, `public_notice_too_early`,
    `public_notice_running`.
    """
    if attempt.kind not in _KINDS:
        raise RuleError("unknown_service_kind", "There is no service of the kind %(kind)s.", kind=attempt.kind)
    clause = law.clause(attempt.kind)
    _check_dates(attempt, clause)
    if attempt.servers < law.servers.get(attempt.kind, 1):
        raise _lacking("second_server", "Two servers must sign the receipt of service.", clause)
    if not attempt.succeeded:
        if not attempt.failure_reason.strip():
            raise RuleError("failure_reason_missing", "Say why the attempt failed.", clause, field="failure_reason")
        text = f"{document_date(attempt.attempted_on)}送达未成功：{attempt.failure_reason.strip()}"
        return Service(None, (Ground(clause, text),))
    if attempt.kind in law.where_direct_is_difficult:
        _direct_is_difficult(attempt, clause)
    return _KINDS[attempt.kind](attempt, law, clause)


def _check_dates(attempt: Attempt, clause: str) -> None:
    for field in ("attempted_on", "received_on"):
        day = getattr(attempt, field)
        if day is None:
            continue
        if day > attempt.today:
            raise RuleError("date_in_future", "The day %(day)s has not come yet.", clause, field=field, day=str(day))
        if day < attempt.issued_on:
            message = msgid("The day of service %(day)s lies before the day of issue %(issued)s.")
            raise RuleError(
                "served_before_issued", message, clause, field=field, day=str(day), issued=str(attempt.issued_on)
            )
    if attempt.received_on is not None and attempt.received_on < attempt.attempted_on:
        message = msgid("It cannot have been received before it was sent.")
        raise RuleError("dates_out_of_order", message, clause, field="received_on")


def _lacking(field: str, message: str, clause: str) -> RuleError:
    return RuleError("service_evidence", message, clause, field=field)


def _received_on(attempt: Attempt, clause: str, message: str) -> date:
    if attempt.received_on is None:
        raise _lacking("received_on", message, clause)
    return attempt.received_on


def _recipient(attempt: Attempt, clause: str) -> None:
    """Somebody entitled to receive it: of a unit its head or mail room, of a person also the family; or an agent."""
    if not attempt.recipient.strip() or not attempt.recipient_role:
        raise _lacking("recipient", "Say who received it, and in what capacity.", clause)
    if attempt.recipient_role in NATURAL_PERSON_ONLY and not attempt.natural_person:
        raise _lacking("recipient_role", "A family member may receive only for a natural person.", clause)
    if attempt.recipient_role in NATURAL_PERSON_ONLY and not attempt.proxy_reason.strip():
        message = msgid("Say why the person could not receive it: a relative may only while the person is away.")
        raise _lacking("proxy_reason", message, clause)
    if attempt.recipient_role == "designated" and not (attempt.designated or attempt.between_bodies):
        message = msgid("The party has designated nobody in its confirmation of address.")
        raise _lacking("recipient_role", message, clause)


def _direct_is_difficult(attempt: Attempt, clause: str) -> None:
    """直接送达有困难的: by mail, entrusted or forwarded only then; bodies send each other papers as they like."""
    if attempt.between_bodies or attempt.failures or attempt.direct_difficulty.strip():
        return
    message = msgid("Say why direct service is difficult: only then may it go by mail or through another body.")
    raise _lacking("direct_difficulty", message, clause)


def _served(day: date, clause: str, text: str) -> Service:
    return Service(day, (Ground(clause, text),))


def _at_confirmed_address(attempt: Attempt, law: ServiceLaw) -> Service:
    """Art. 83: the party gave a wrong address or did not report its change; the loss is the party's."""
    clause = law.clause("confirmed_address")
    if not attempt.address_confirmed:
        raise _lacking("address_proved_wrong", "The party has not confirmed any address for service.", clause)
    if attempt.kind == "mail":
        day = _received_on(attempt, clause, "Give the day on which the mail was returned.")
        return _served(day, clause, f"按受送达人确认的地址邮寄，邮件于{document_date(day)}退回，视为送达")
    day = attempt.attempted_on
    return _served(day, clause, f"{document_date(day)}将文书留在受送达人确认的地址，视为送达")


def _direct(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    if attempt.address_proved_wrong:
        return _at_confirmed_address(attempt, law)
    _recipient(attempt, clause)
    if not attempt.receipt_signed:
        raise _lacking("receipt_signed", "The recipient must have signed or sealed the receipt of service.", clause)
    day = _received_on(attempt, clause, "Give the day the recipient wrote on the receipt.")
    return _served(day, clause, f"受送达人于{document_date(day)}在送达回证上签名或者盖章，该日为送达日期")


def _lien(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    if not attempt.refusal_reason.strip():
        raise _lacking("refusal_reason", "Note on the receipt why the recipient refused.", clause)
    if not attempt.place.strip():
        raise _lacking("place", "Say where the document was left.", clause)
    day = attempt.attempted_on
    if attempt.witness.strip():
        _witnessed(attempt, clause)
        text = f"拒收，有见证人签名，{document_date(day)}留置送达"
    elif attempt.on_video and attempt.evidence:
        text = f"拒收，以拍照、录像记录送达过程，{document_date(day)}留置送达"
    else:
        message = msgid("Leaving a document needs a witness, or photos or a video of the act attached.")
        raise _lacking("witness", message, clause)
    return _served(day, clause, text)


def _witnessed(attempt: Attempt, clause: str) -> None:
    """有关基层组织或者所在单位的代表, who signs the receipt together with the servers."""
    if not attempt.witness_unit.strip():
        message = msgid("Say which grassroots organisation or workplace the witness comes from.")
        raise _lacking("witness_unit", message, clause)
    if not attempt.receipt_signed:
        raise _lacking("receipt_signed", "Servers and witness must have signed the receipt of service.", clause)


def _electronic(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    if not attempt.between_bodies:
        _consented(attempt, clause)
    if not attempt.evidence and not attempt.logged:
        raise _lacking("evidence", "Attach the screenshot or recording that shows it arrived.", clause)
    day = _received_on(attempt, clause, "Give the day it reached the recipient's system.")
    if attempt.logged:
        text = f"受送达人于{document_date(day)}通过送达链接收到文书，系统已记录，该日为送达日期"
        return _served(day, clause, text)
    return _served(day, clause, f"{document_date(day)}到达受送达人特定系统，该日为送达日期")


def _consented(attempt: Attempt, clause: str) -> None:
    """经受送达人同意并签订送达地址确认书: to the addresses confirmed there, and to no other."""
    if not attempt.electronic_addresses:
        message = msgid(
            "Electronic service needs the party's consent and a signed confirmation of its electronic address."
        )
        raise RuleError("no_consent", message, clause, field="kind")
    if attempt.reference.strip() not in attempt.electronic_addresses:
        message = msgid("Give the electronic address it was sent to; the party has confirmed: %(addresses)s.")
        addresses = "、".join(attempt.electronic_addresses)
        raise RuleError("service_evidence", message, clause, field="reference", addresses=addresses)


def _mail(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    if not attempt.reference.strip():
        raise _lacking("reference", "Give the number of the mail.", clause)
    if attempt.address_proved_wrong:
        return _at_confirmed_address(attempt, law)
    day = _received_on(attempt, clause, "Give the day on the return receipt.")
    return _served(day, clause, f"回执上注明的收件日期{document_date(day)}为送达日期")


def _entrusted(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    """委托当地市场监督管理部门."""
    if not _is_market_regulator(attempt.reference, law):
        message = msgid("Name the market regulator of the place that was entrusted; another department forwards.")
        raise _lacking("reference", message, clause)
    day = _signed_for(attempt, clause)
    text = f"委托{attempt.reference.strip()}代为送达，受送达人于{document_date(day)}签收，该日为送达日期"
    return _served(day, clause, text)


def _forwarded(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    """转交其他部门."""
    if not attempt.reference.strip() or _is_market_regulator(attempt.reference, law):
        message = msgid("Name the department that forwarded it; a market regulator is entrusted.")
        raise _lacking("reference", message, clause)
    day = _signed_for(attempt, clause)
    text = f"转交{attempt.reference.strip()}代为送达，受送达人于{document_date(day)}签收，该日为送达日期"
    return _served(day, clause, text)


def _is_market_regulator(name: str, law: ServiceLaw) -> bool:
    return any(word in name for word in law.market_regulator_words)


def _signed_for(attempt: Attempt, clause: str) -> date:
    """委托、转交送达的，受送达人的签收日期为送达日期: the receipt that came back shows it."""
    _recipient(attempt, clause)
    if not attempt.receipt_signed:
        raise _lacking("receipt_signed", "The recipient must have signed or sealed the receipt of service.", clause)
    return _received_on(attempt, clause, "Give the day the recipient signed for it.")


def _public_notice(attempt: Attempt, law: ServiceLaw, clause: str) -> Service:
    if attempt.notice_until is not None:
        message = msgid("A public notice is running; it takes effect on %(day)s.")
        raise RuleError("public_notice_running", message, clause, field="kind", day=attempt.notice_until.isoformat())
    if not attempt.whereabouts_unknown and attempt.failures < law.failures_before_notice:
        message = msgid(
            "A public notice needs %(wanted)d failed attempts (so far %(failures)d), or unknown whereabouts."
        )
        wanted = {"wanted": law.failures_before_notice, "failures": attempt.failures}
        raise RuleError("public_notice_too_early", message, clause, field="kind", **wanted)
    if not attempt.reason.strip():
        raise _lacking("note", "Note the reason and the course of the public notice in the file.", clause)
    if not attempt.posted and not attempt.reference.strip():
        raise _lacking("reference", "Say where it was published.", clause)
    if attempt.posted and not attempt.on_video:
        message = msgid("Posting must be recorded by photos or video, on the board and at the premises.")
        raise _lacking("on_video", message, clause)
    if not attempt.evidence:
        raise _lacking("evidence", "Attach the photo of the notice, or the page it was published on.", clause)
    published = _received_on(attempt, clause, "Give the day of publication.")
    day = published + timedelta(days=law.notice_days)
    text = f"{document_date(published)}发布公告，经过{law.notice_days}日，{document_date(day)}视为送达"
    return _served(day, clause, text)


_KINDS: Final[Mapping[str, Callable[[Attempt, ServiceLaw, str], Service]]] = {
    "direct": _direct,
    "lien": _lien,
    "electronic": _electronic,
    "mail": _mail,
    "entrusted": _entrusted,
    "forwarded": _forwarded,
    "public_notice": _public_notice,
}
