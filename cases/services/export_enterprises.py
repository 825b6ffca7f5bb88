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
from cases.selectors.enterprises import EnterpriseFilter, filtered, key_supervised, visible_enterprises
from cases.selectors.scope import holds, within
from cases.services.audit import record
from cases.services.write_workbook import Value, write_workbook

PERMISSION: Final = "export_enterprises"
BATCH: Final = 2000


@transaction.atomic
def export_enterprises(*, wanted: EnterpriseFilter, acting: Acting) -> IO[bytes]:
    """The units of the filter, as an open .xlsx; class results included, for it never leaves the authority's hands.

    NotPermitted for who may export nowhere.
    """
    rows = visible_enterprises(acting.person).filter(within(acting.person, PERMISSION, "territorial_body"))
    rows = filtered(rows, wanted).select_related("territorial_body", "tier_body")
    header = [
        _("USCC"), pgettext("of an enterprise", "Name"),
        _("Production"), _("Wholesale"), _("Retail"), _("Individual household"), _("Headcount"),
        _("Revenue (10,000 yuan)"), _("Tier"), _("Tier provisional"), _("Accountable body"), _("Territorial body"),
        _("Quality class"), _("Region code"), _("Address"), _("Legal representative"), _("Contact"), _("Phone"),
        _("E-mail"), _("Product category"), _("First entry reason"), _("First entered on"), _("Operating status"),
        _("Status since"), _("Basis of the status"),
    ]  # fmt: skip
    widths = [22, 32, 8, 8, 8, 10, 10, 14, 8, 10, 24, 24, 10, 12, 32, 14, 12, 16, 22, 16, 18, 14, 14, 14, 24]
    filters = {
        "area": wanted.area.code if wanted.area else "",
        "tiers": wanted.tiers,
        "classes": wanted.classes,
        "kind": wanted.kind,
        "status": wanted.status,
        "key": wanted.key_supervised,
        "warned_on": wanted.warned_on,
        "review": wanted.review_overdue,
        "text": wanted.text,
    }
    return exported("enterprises", _("Enterprises"), header, _unit_rows(rows), widths, acting, filters)


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
