"""Gapless numbers: one sequence per purpose, body and year."""

from django.db import IntegrityError, transaction

from cases.models import Body, Sequence


@transaction.atomic
def next_number(*, purpose: str, body: Body, year: int) -> int:
    """Take the next number; the row stays locked until the caller's transaction ends, so none is lost or doubled."""
    key = {"purpose": purpose, "body": body, "year": year}
    if not Sequence.objects.filter(**key).exists():
        try:
            with transaction.atomic():
                Sequence.objects.create(**key)
        except IntegrityError:
            pass  # another transaction made the row first; it is there to lock now
    sequence = Sequence.objects.select_for_update().get(**key)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last
