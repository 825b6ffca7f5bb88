"""Export units to a workbook: what the person sees, and only where they may export."""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from cases.acting import Acting
from cases.models.enterprise import Enterprise, KeySupervision
from cases.rules.errors import NotPermitted
from cases.selectors.enterprises import key_supervised
from cases.selectors.list_kinds import Sheet
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
BATCH: Final = 2000


def enterprise_sheet(acting: Acting, rows: QuerySet[Enterprise]) -> Sheet:
    """Units as a table; class results included, for it never leaves the authority's hands.

    NotPermitted for who may export nowhere.
    """
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    columns = [
        ("unit", _("USCC"), 22), ("unit", pgettext("of an enterprise", "Name"), 32),
        ("kinds", _("Production"), 8), ("kinds", _("Wholesale"), 8), ("kinds", _("Retail"), 8),
        ("kinds", _("Individual household"), 10), ("size", _("Headcount"), 10),
        ("size", _("Revenue (10,000 yuan)"), 14),
        ("tier", _("Tier"), 8), ("tier", _("Tier provisional"), 10), ("accountable", _("Accountable body"), 24),
        ("body", _("Territorial body"), 24), ("class", _("Quality class"), 10), ("region", _("Region code"), 12),
        ("contact", _("Address"), 32), ("contact", _("Legal representative"), 14), ("contact", _("Contact"), 12),
        ("contact", _("Phone"), 16), ("contact", _("E-mail"), 22), ("product", _("Product category"), 16),
        ("entry", _("First entry reason"), 18), ("entry", _("First entered on"), 14),
        ("status", _("Operating status"), 14), ("status", _("Status since"), 14),
        ("status", _("Basis of the status"), 24),
    ]  # fmt: skip
    allowed = rows.filter(within(acting.person, PERMISSION, "territorial_body"))
    return Sheet("enterprises", _("Enterprises"), columns, _unit_rows(allowed))


@transaction.atomic
def export_key_list(*, acting: Acting) -> IO[bytes]:
    """The key-supervised enterprises that the person may see and export, as an open .xlsx. NotPermitted."""
    rows = key_supervised(acting.person).filter(within(acting.person, PERMISSION, "enterprise__territorial_body"))
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"), _("Territorial body"), _("Quality class"), _("Listed by"),
        _("Since"), _("Case"), _("Reason"),
    ]  # fmt: skip
    title = _("Key-supervised enterprises")
    return exported("key_list", title, header, _key_rows(rows), [22, 32, 24, 10, 24, 14, 26, 50], acting, {})


def exported(
    what: str,
    title: str,
    header: Sequence[str],
    rows: Iterator[Sequence[Value]],
    widths: Sequence[int],
    acting: Acting,
    filters: dict[str, Any],
) -> IO[bytes]:
    """The rows as an open .xlsx, with the audit event that says how many left and how they were chosen."""
    if not holds(acting.person, PERMISSION):
        raise NotPermitted("permission", gettext_noop("Your post does not allow exports."))
    counted = Counted(rows)
    file = write_workbook([(title[:31], header, counted, widths)])
    record(stream="exports", action=f"exported.{what}", acting=acting, data={"filter": filters, "rows": counted.count})
    return file


class Counted:
    """Rows that know afterwards how many they were."""

    def __init__(self, rows: Iterator[Sequence[Value]]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self.rows:
            self.count += 1
            yield row


def _unit_rows(rows: QuerySet[Enterprise]) -> Iterator[Sequence[Value]]:
    words = {True: _("Yes"), False: _("No")}
    for unit in rows.iterator(chunk_size=BATCH):
        yield [
            unit.uscc, unit.name, words[unit.makes], words[unit.sells_wholesale], words[unit.sells_retail],
            words[unit.individual_household], unit.headcount, unit.revenue_wan, unit.tier, words[unit.tier_provisional],
            unit.tier_body.name, unit.territorial_body.name, unit.quality_class, unit.region_code, unit.address,
            unit.legal_representative, unit.contact, unit.phone, unit.email, unit.product_category,
            unit.get_first_entry_reason_display(), unit.first_entered_on, unit.get_status_display(), unit.status_on,
            unit.status_basis,
        ]  # fmt: skip


def _key_rows(rows: QuerySet[KeySupervision]) -> Iterator[Sequence[Value]]:
    for entry in rows.iterator(chunk_size=BATCH):
        unit = entry.enterprise
        yield [
            unit.uscc, unit.name, unit.territorial_body.name, unit.quality_class, entry.body.name, entry.entered_on,
            entry.case.number, entry.reason,
        ]  # fmt: skip
