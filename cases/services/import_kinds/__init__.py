"""Every kind of record that a file can bring in, by its code.

Entries of the key and special lists are no kind: they follow from a decision with its own notice and grounds (38号 三),
which a file cannot take. They can be exported (`cases/services/export_records.py`).
"""

from typing import Final

from django.utils.translation import gettext_noop as _

from cases.rules.errors import RuleError
from cases.services.import_kind import ImportKind
from cases.services.import_kinds.archive_rows import (
    DUTY_RECORDS,
    ENTRY_REASONS,
    RISK_CONTROLS,
    SAFETY_PEOPLE,
    SAMPLINGS,
    SELF_REPORTS,
    STATUS_CHANGES,
    STOPPAGES,
    TRAININGS,
)
from cases.services.import_kinds.enterprises import EnterpriseKind
from cases.services.import_kinds.registry_rows import CERTIFICATES, HONOURS, PRODUCTS

_ALL: Final[tuple[ImportKind, ...]] = (
    EnterpriseKind(),
    ENTRY_REASONS,
    STATUS_CHANGES,
    CERTIFICATES,
    PRODUCTS,
    HONOURS,
    SAFETY_PEOPLE,
    TRAININGS,
    RISK_CONTROLS,
    STOPPAGES,
    DUTY_RECORDS,
    SELF_REPORTS,
    SAMPLINGS,
)
KINDS: Final = {kind.code: kind for kind in _ALL}
USUAL: Final = EnterpriseKind.code


def kind_of(code: str) -> ImportKind:
    """The kind with this code. RuleError: `kind_unknown`."""
    if code not in KINDS:
        raise RuleError("kind_unknown", _("There is no such kind of record."))
    return KINDS[code]
