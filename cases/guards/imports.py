"""What must hold before what an import found may be applied, decided or called off."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models.imports import ImportBatch, ImportRow

_State = ImportBatch.State
_APPLICABLE = frozenset({_State.CHECKED, _State.DONE, _State.FAILED})
_CANCELLABLE = frozenset({_State.WAITING, _State.READING, _State.CHECKED, _State.WRITING, _State.FAILED})


def apply_import(batch: ImportBatch, acting: Acting) -> list[Condition]:
    """The check is over and something is left to apply; strict imports bear no bad row and no open question."""
    rows = batch.rows.filter(verdict=ImportRow.Verdict.SUSPECT)
    undecided = rows.filter(decision="").exists()
    decided = rows.exclude(decision="").exists()
    conditions = [
        holds_if_person(acting, batch),
        Condition("checked", batch.state in _APPLICABLE, _("The rows must have been checked.")),
        Condition("something_to_apply", _something(batch, decided), _("Something must be left to apply.")),
    ]
    if batch.strict and batch.state != _State.DONE:
        conditions += [
            Condition("every_row_right", batch.rejected == 0, _("Every row must be right, as you asked for that.")),
            Condition(
                "every_row_decided", not undecided, _("Every row that resembles another record must be decided.")
            ),
        ]
    return conditions


def decide_rows(batch: ImportBatch, acting: Acting) -> list[Condition]:
    """Rows may be decided before the import is applied and after it, as long as it was not called off."""
    return [
        holds_if_person(acting, batch),
        Condition("checked", batch.state in {_State.CHECKED, _State.DONE}, _("The rows must have been checked.")),
    ]


def cancel_import(batch: ImportBatch, acting: Acting) -> list[Condition]:
    """Only what is not over can be called off."""
    return [
        holds_if_person(acting, batch),
        Condition("not_over", batch.state in _CANCELLABLE, _("The import must not be over.")),
    ]


def holds_if_person(acting: Acting, batch: ImportBatch) -> Condition:
    """The person may import into the body; the system itself always may."""
    if acting.user is None:
        return Condition("permission", True, _("Your post must allow imports there."))
    return holds(acting, "import_enterprises", batch.body)


def _something(batch: ImportBatch, decided: bool) -> bool:
    """Rows that the check found right, unless they are applied already, or rows decided since."""
    if batch.state == _State.FAILED:
        return True
    left = batch.applied < batch.total and any(batch.expected.get(each) for each in ("created", "updated"))
    return left or decided
