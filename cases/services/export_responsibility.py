"""Export a body's responsibility list (附件1) as a workbook or as CSV: rows, totals, and the annex's own words."""

from collections.abc import Iterator, Sequence
from typing import IO, Final

from django.db import transaction
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Enterprise
from cases.packs.annex_sections import ResponsibilityForm
from cases.packs.loader import load_pack
from cases.packs.settings import default_of
from cases.rules.grounds import Ground
from cases.selectors.responsibility import totals_of, units_on_list
from cases.services.audit import record
from cases.services.enterprise_checks import require_permission
from cases.services.write_csv import csv_lines
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
BATCH: Final = 2000
WIDTHS: Final = (6, 8, 22, 34, 14, 10, 14, 60, 24, 14, 14, 14, 14)


def annex() -> ResponsibilityForm:
    """The annex as printed: the nation's, whatever thresholds a province has put in the place of its own."""
    pack = load_pack(default_of("tiering.pack"))
    if pack.responsibility_list is None:
        raise LookupError(f"pack {pack.ref} has no responsibility list")
    return pack.responsibility_list


@transaction.atomic
def export_responsibility(*, body: Body, acting: Acting) -> IO[bytes]:
    """The list of one body as an open .xlsx of three sheets: units, totals, annex. NotPermitted."""
    _allow(body, acting, "xlsx")
    form = annex()
    sheets: list[tuple[str, Sequence[str], Iterator[Sequence[Value]], Sequence[int]]] = [
        (form.title, header(), list_rows(body), WIDTHS),
        (_("Totals"), _totals_header(), _totals(body), (12, 10, 12, 12, 12, 18)),
        (form.clause.split()[-1], form.columns, _annex_rows(form), (24, 40, 70)),
    ]
    return write_workbook(sheets)


@transaction.atomic
def responsibility_lines(*, body: Body, acting: Acting) -> Iterator[bytes]:
    """The list of one body as lines of CSV, read as they are sent. NotPermitted."""
    _allow(body, acting, "csv")
    return csv_lines(header(), list_rows(body))


def header() -> list[str]:
    """The heads of the columns, in the reader's language."""
    return [
        _("No."), _("Tier"), _("USCC"), pgettext("of an enterprise", "Name"), _("Kinds"), _("X (persons)"),
        _("Y (10,000 yuan)"), _("Grounds of the tier"), _("Territorial body"), _("Operating status"),
        _("Responsible officer"), _("Last on-site check"), _("Next on-site check by"),
    ]  # fmt: skip


def list_rows(body: Body) -> Iterator[list[Value]]:
    """The rows of the list, in its order, read in batches."""
    for number, unit in enumerate(units_on_list(body).iterator(chunk_size=BATCH), start=1):
        yield row_of(number, unit)


def row_of(number: int, unit: Enterprise) -> list[Value]:
    """One line of the list; asks the database nothing beyond what `units_on_list` has read."""
    return [
        number, unit.tier or _("Untiered"), unit.uscc, unit.name, kinds_in_words(unit), unit.headcount,
        unit.revenue_wan, grounds_in_words(unit), unit.territorial_body.name, str(unit.get_status_display()),
        getattr(unit, "officer_name", None) or _("none"), getattr(unit, "last_check_on", None),
        getattr(unit, "next_check_on", None),
    ]  # fmt: skip


def kinds_in_words(unit: Enterprise) -> str:
    words = {"production": _("Production"), "wholesale": _("Wholesale"), "retail": _("Retail")}
    return "、".join(words[kind] for kind in unit.kinds)


def grounds_in_words(unit: Enterprise) -> str:
    """Why the unit has its tier, in the reader's language."""
    language = get_language() or ""
    grounds = [each for record in getattr(unit, "open_tier", []) for each in record.grounds]
    return " ".join(Ground.from_dict(each).in_language(language)["text"] for each in grounds)


def _totals_header() -> list[str]:
    return [_("Tier"), _("Units"), _("Production"), _("Wholesale"), _("Retail"), _("With a responsible officer")]


def _totals(body: Body) -> Iterator[Sequence[Value]]:
    for row in totals_of(body):
        yield [row.tier or _("Untiered"), row.units, row.production, row.wholesale, row.retail, row.locked]


def _annex_rows(form: ResponsibilityForm) -> Iterator[Sequence[Value]]:
    for tier in form.tiers.values():
        yield [tier.body, f"{tier.letter} {tier.units}", "；".join(tier.criteria)]
    for note in form.notes:
        yield ["说明", note]


def _allow(body: Body, acting: Acting, form: str) -> None:
    require_permission(acting, "view_enterprise", body)
    require_permission(acting, PERMISSION, body)
    data = {"list": body.code, "form": form}
    record(stream="exports", action="exported.responsibility_list", acting=acting, body=body, data=data)
