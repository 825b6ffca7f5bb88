"""Every kind of record that a file can bring in or that can be exported, by its code."""

from typing import Final

from django.utils.translation import gettext_noop as _

from cases.rules.errors import RuleError
from cases.services.import_kind import ExportKind, ImportKind
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
from cases.services.import_kinds.list_rows import LIST_ENTRIES
from cases.services.import_kinds.oversight_rows import BODY_TASKS, LOCKS, TASK_RESULTS
from cases.services.import_kinds.registry_rows import CERTIFICATES, HONOURS, PRODUCTS
from cases.services.import_kinds.risk_rows import CREDIT, EVENTS

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
    EVENTS,
    CREDIT,
    LOCKS,
    BODY_TASKS,
    TASK_RESULTS,
)
KINDS: Final = {kind.code: kind for kind in _ALL}
EXPORTS: Final[dict[str, ExportKind]] = {**KINDS, LIST_ENTRIES.code: LIST_ENTRIES}
USUAL: Final = EnterpriseKind.code


def kind_of(code: str) -> ImportKind:
    """The kind with this code. RuleError: `kind_unknown`."""
    if code not in KINDS:
        raise RuleError("kind_unknown", _("There is no such kind of record."))
    return KINDS[code]


def exported_kind(code: str) -> ExportKind:
    """The kind with this code among all that can be exported. RuleError: `kind_unknown`."""
    if code not in EXPORTS:
        raise RuleError("kind_unknown", _("There is no such kind of record."))
    return EXPORTS[code]
