"""Create a case of any procedure: its number, its first audit event, and word to the floor above."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.models import Body, Case, Enterprise, Procedure
from cases.rules.lifecycle import FIRST_STATUS
from cases.selectors.settings import pack_for
from cases.services.audit import record_on_case
from cases.services.numbers import next_number
from cases.signals import case_opened

SERIES: Final[Mapping[str, tuple[str, str]]] = {
    Procedure.MAIN: ("case", "检"),
    Procedure.EVENT: ("case:event", "类调"),
    Procedure.REVIEW: ("case:review", "类复"),
    Procedure.LISTING: ("case:listing", "名"),
    Procedure.DELISTING: ("case:delisting", "名移"),
    Procedure.ESCALATION: ("case:escalation", "督"),
}
"""Purpose of the number sequence, and what follows the body's prefix in the number, of each procedure."""


@transaction.atomic
def create_case(
    *,
    enterprise: Enterprise,
    body: Body,
    procedure: str,
    origin: str,
    origin_note: str,
    planned_on: date,
    acting: Acting,
    form: str = Case.Form.REGULAR,
    pack: str = "",
) -> Case:
    """Open a case that `body` handles, numbered ``<机关代字><series>〔year〕n号``, and have its process begun.

    The caller holds the lock on the enterprise and has asked the guard. `pack` is ``code@version``; the pack by which
    the body classifies unless given. The system itself may open cases (acting.user None).
    """
    purpose, series = SERIES[procedure]
    year = acting.today.year
    serial = next_number(purpose=purpose, body=body, year=year)
    case = Case.objects.create(
        number=f"{body.document_prefix}{series}〔{year}〕{serial}号",
        enterprise=enterprise,
        body=body,
        territorial_body=enterprise.territorial_body,
        procedure=procedure,
        form=form,
        origin=origin,
        origin_note=origin_note,
        planned_on=planned_on,
        status=FIRST_STATUS[procedure],
        pack=pack or pack_for(body, "classification.pack", acting.today).ref,
        opened_at=acting.at,
        opened_by=acting.user,
    )
    data = {"number": case.number, "procedure": procedure, "origin": origin, "form": form}
    record_on_case(case, "open_case", acting, data)
    case_opened.send(sender=Case, case=case, acting=acting)
    return case
