"""The page of a form of the file: labelled lines, blocks to be signed and tables, one under the other."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from notices.pdf.codec import BadFacts
from notices.pdf.engine import Page
from notices.pdf.facts import Drawn, Part, SheetFacts
from notices.pdf.letters import NUMBER_PENDING, carried, one_line, qr_code, seal_of, table
from notices.pdf.long_sheets import in_stretches
from notices.pdf.seals import seal_bytes
from notices.rules.layout import document_date

_LINE: Final = 5.0  # millimetres: 10.5 pt at 1.35


def sheet_page(facts: SheetFacts, generator: str) -> tuple[Page, None]:
    """The page; raises BadFacts naming the part that cannot be set."""
    for name in ("organ", "title"):
        if not getattr(facts, name).strip():
            raise BadFacts(name, "missing")
    if not facts.parts:
        raise BadFacts("parts", "missing")
    seal, images = seal_of(facts.seal, facts.seal_image, field="seal_image", name="seal", preview=facts.preview)
    images |= _drawings(facts.parts)
    context = {
        "generator": generator,
        "preview": facts.preview,
        "organ": one_line(facts.organ),
        "title": one_line(facts.title),
        "number": NUMBER_PENDING if facts.preview else facts.number,
        "lead": facts.lead,
        "groups": _groups(facts.parts),
        "notes": facts.notes,
        "copies": facts.copies,
        "issued_on": facts.date.isoformat(),
        "seal": seal,
        "qr": "" if facts.preview else qr_code(facts.verify_url),
        "begins": True,
        "ends": True,
    }
    page = Page(
        template="sheet.html",
        context=context,
        styles=_styles(facts),
        issued_on=facts.date,
        images=images,
        attachment="" if facts.preview else carried(facts),
    )
    return in_stretches(page), None


def _styles(facts: SheetFacts) -> tuple[str, ...]:
    wanted = (("landscape.css", facts.landscape), ("preview.css", facts.preview))
    return ("form.css", "sheet.css", *(name for name, is_wanted in wanted if is_wanted))


def _drawings(parts: Sequence[Part]) -> dict[str, bytes]:
    """Every drawn signature under the name by which its cell shows it."""
    found = {}
    for at, part in enumerate(parts):
        for number, drawn in enumerate(part.drawn):
            image = seal_bytes("image", drawn.image, f"parts[{at}].drawn[{number}].image")
            assert image is not None
            found[_drawing_name(drawn)] = image
    return found


def _drawing_name(drawn: Drawn) -> str:
    return f"drawn-{hashlib.sha256(drawn.image.encode()).hexdigest()[:12]}"


def _groups(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Tables one under the other: lines and blocks share one, a table inside the sheet is one of its own."""
    groups: list[dict[str, Any]] = []
    left: dict[str, Any] | None = None
    for at, part in enumerate(parts):
        if part.columns:
            groups.append(_table(part, at))
            left = None
        elif part.half and left is not None:
            left["second"] = _cell(part)
            left = None
        else:
            if not groups or "lines" not in groups[-1]:
                groups.append({"lines": []})
            line = {"first": _cell(part), "second": None, "block": bool(part.sign or part.drawn or part.lines > 1)}
            groups[-1]["lines"].append(line)
            left = line if part.half else None
    return groups


def _cell(part: Part) -> dict[str, Any]:
    return {
        "label": part.label,
        "paragraphs": [line for line in part.text.split("\n") if line.strip()],
        "sign": part.sign,
        "drawn": [
            {"label": each.label, "image": _drawing_name(each), "name": each.name, "day": document_date(each.day)}
            for each in part.drawn
        ],
        "sealed": part.sealed,
        "height": f"{part.lines * _LINE:g}mm" if part.lines > 1 else "",
    }


def _table(part: Part, at: int) -> dict[str, Any]:
    return {"label": part.label, **table(part.columns, part.rows, f"parts[{at}]")}
