"""送达回证 and 送达地址确认书 (市场监督管理行政处罚程序规定, art. 82, 83)."""

from typing import Any, Final

from notices.models import AddressConfirmation, ServiceRecord
from notices.pdf.facts import Part, SheetFacts
from notices.rules.layout import document_date
from notices.services.facts.sheet_parts import about, chinese, sheet, signed, to_sign
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject, served_on_whom

_TOLD: Final = (
    "1．当事人填写的送达地址，适用于本行政机关送达的所有文书，直至当事人书面变更。\n"
    "2．送达地址变更的，当事人应当及时书面告知。提供的地址不准确、变更未及时告知，致使文书无法送达的，直接送达的以文书留在"
    "该地址之日、邮寄送达的以文书被退回之日为送达之日。\n"
    "3．同意电子送达的，以文书到达填写的电子地址所在系统的日期为送达日期。"
)


def receipt_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """送达回证: what was served on whom, where, how and when, by whom; refusal and witness where it was refused."""
    record = subject.row
    assert isinstance(record, ServiceRecord)
    document = record.document
    role = chinese(record.get_recipient_role_display()) if record.recipient_role else ""
    parts = [
        Part("受送达人", served_on_whom(record)),
        Part("送达文书名称", document.issued.facts["title"] if document.issued else "", half=True),
        Part("文书文号", document.number, half=True),
        Part("送达地点", record.place or "—"),
        Part("送达方式", chinese(record.get_kind_display()), half=True),
        Part("送达日期", document_date(record.served_on) if record.served_on else "未送达", half=True),
        Part(
            "收件人签名或者盖章",
            "" if record.recipient else "—",
            lines=3,
            sign=(signed("签收人", f"{record.recipient}（{role}）" if role else record.recipient, record.served_on),)
            if record.recipient
            else (),
        ),
        Part("代收人身份", role or "—", half=True),
        Part("代收理由", record.proxy_reason or "—", half=True),
        *_refused(record),
        Part(
            "送达人",
            "",
            lines=2,
            sign=tuple(
                signed("送达人", server.name, record.attempted_on)
                for server in (record.first_server, record.second_server)
                if server is not None
            ),
        ),
        Part("备注", record.note or record.failure_reason or "—"),
    ]
    notes = tuple(f"依据：{ground['clause']}。{ground['text']}" for ground in record.grounds)
    return sheet("service_receipt", "送达回证", subject, parts, stamp, notes=notes)


def _refused(record: ServiceRecord) -> list[Part]:
    if not record.refusal_reason:
        return []
    named = f"{record.witness}（{record.witness_unit}）" if record.witness_unit else record.witness
    witness = (signed("见证人", named, record.attempted_on),) if record.witness else ()
    return [Part("拒收事由和日期", f"{document_date(record.attempted_on)}：{record.refusal_reason}", sign=witness)]


def _electronic(confirmation: AddressConfirmation) -> list[tuple[str, str]]:
    return [
        ("手机号码", confirmation.mobile),
        ("电子邮箱", confirmation.email),
        ("传真号码", confirmation.fax),
        ("即时通讯账号", confirmation.messenger),
    ]


def confirmation_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """送达地址确认书: the addresses a party agreed to be served at, and what it was told of them."""
    confirmation = subject.row
    assert isinstance(confirmation, AddressConfirmation)
    parts = [
        *about(confirmation.enterprise, "受送达人"),
        Part("送达地址", "　".join(filter(None, (confirmation.address, confirmation.postcode)))),
        Part("收件人", confirmation.receiver or "—", half=True),
        Part("联系电话", confirmation.phone or "—", half=True),
        Part("指定代收人", confirmation.designated or "—"),
        Part("是否同意电子送达", "同意" if confirmation.electronic_consent else "不同意"),
        *(Part(label, address) for label, address in _electronic(confirmation) if address),
        Part("告知事项", _TOLD),
        Part(
            "受送达人确认",
            "本单位已阅读并理解上述告知事项，确认以上送达地址准确、有效。",
            lines=3,
            sign=(signed("确认人", confirmation.signed_by, confirmation.confirmed_on), *to_sign("受送达人（盖章）")),
        ),
        Part("经办人", str(confirmation.recorded_by or "—")),
    ]
    return sheet("address_confirmation", "送达地址确认书", subject, parts, stamp)
