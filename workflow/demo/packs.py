"""A rule pack in the making: the province asks more of classes A and B, and has seen whom that would touch."""

from datetime import date, datetime
from typing import Final

from cases.acting import Acting
from cases.models import PackDraft, Rehearsal, User
from cases.services.pack_drafts import save_pack_draft, start_pack_draft
from cases.services.rehearse_pack import start_rehearsal
from workflow.demo.people import Places

BOUNDS: Final = "bounds: {A: 9/10, B: 6/10}"
STRICTER: Final = "bounds: {A: 19/20, B: 8/10}  # 征求意见稿：A类95%以上，B类80%以上"
LEVEL_II: Final = "modes: {AA: credit, A: responsibility, B: routine, C: tightened}"
HARDER: Final = "modes: {AA: credit, A: responsibility, B: tightened, C: tightened}"
NOTE: Final = "note: 征求意见稿，尚未发布；表格项目沿用国家《通用规则》。\n"


def rehearse_a_draft(places: Places, writer: User, at: datetime) -> Rehearsal:
    """The draft and its rehearsal, asked for; the jobs that are due do it."""
    acting, body = Acting(writer, at), places.province
    year = acting.today.year + 1
    begun = start_pack_draft(
        body=body,
        base="national-2012@1",
        beginning="copy",
        code=f"{body.code}-{year}",
        title=f"{body.short_name}工业企业产品质量分类监管细则（{year}年）",
        acting=acting,
    )
    draft = save_pack_draft(draft_id=begun.pk, text=_text(begun, date(year, 1, 1)), version=0, acting=acting)
    return start_rehearsal(draft_id=draft.pk, acting=acting)


def _text(begun: PackDraft, effective_from: date) -> str:
    lines = [line for line in begun.text.splitlines(keepends=True) if not line.startswith(("note:", "effective_from:"))]
    place = next(number for number, line in enumerate(lines) if line.startswith("jurisdiction:")) + 1
    head = [f"effective_from: {effective_from.isoformat()}\n", NOTE]
    return "".join([*lines[:place], *head, *lines[place:]]).replace(BOUNDS, STRICTER).replace(LEVEL_II, HARDER, 1)
