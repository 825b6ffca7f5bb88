"""The foot of the record of an on-site check: what was signed on the spot, and lines for what is signed by hand."""

import base64
from typing import Final

from cases.acting import legal_date
from cases.models import Inspection, OnsiteSignature
from notices.pdf.facts import Drawn, Part
from notices.pdf.handwriting import picture_of
from notices.services.facts.letter_parts import sentence
from notices.services.facts.sheet_parts import signed, to_sign

_PARTY: Final = "被检查单位现场负责人"
_INSPECTOR: Final = "检查人员"
_Way = OnsiteSignature.Way


def signed_on_site(inspection: Inspection) -> list[Part]:
    """The block of the enterprise and that of the inspectors."""
    given = {each.role: each for each in inspection.signatures.all()}
    inspectors = [given.get(role) for role in (OnsiteSignature.Role.LEAD, OnsiteSignature.Role.SECOND)]
    return [
        _of_party(given.get(OnsiteSignature.Role.PARTY)),
        Part("检查人员签名", "", lines=2, sign=_lines(_INSPECTOR, *inspectors), drawn=_drawn(_INSPECTOR, *inspectors)),
    ]


def _of_party(party: OnsiteSignature | None) -> Part:
    label = "被检查单位意见"
    if party is None:
        return Part(label, "以上笔录经核对，□无异议　□有异议：", lines=4, sign=to_sign(_PARTY))
    if party.way == _Way.REFUSED:
        reason = f"{_PARTY}拒绝签名，原因：{sentence(party.reason)}"
        return Part(label, reason, lines=4, sign=to_sign("见证人"))
    opinion = f"有异议：{sentence(party.opinion)}" if party.opinion else "无异议。"
    return Part(label, f"以上笔录经核对，{opinion}", lines=4, sign=_lines(_PARTY, party), drawn=_drawn(_PARTY, party))


def _drawn(label: str, *signatures: OnsiteSignature | None) -> tuple[Drawn, ...]:
    return tuple(
        Drawn(
            label,
            base64.b64encode(picture_of(each.strokes)).decode(),
            _who(each),
            legal_date(each.signed_at),
        )
        for each in signatures
        if each is not None and each.way == _Way.DRAWN
    )


def _lines(label: str, *signatures: OnsiteSignature | None) -> tuple[str, ...]:
    """Typed names, and a line to sign by hand for everybody who has not signed on the spot."""
    lines: list[str] = []
    for each in signatures:
        if each is None:
            lines += to_sign(label)
        elif each.way == _Way.TYPED:
            lines.append(signed(label, f"{_who(each)}（键入姓名确认）", legal_date(each.signed_at)))
    return tuple(lines)


def _who(signature: OnsiteSignature) -> str:
    return f"{signature.name}（{signature.post}）" if signature.post else signature.name
