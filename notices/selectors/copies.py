"""Which bytes of a document or a list are given out: the signed ones where there are such, else the printed ones."""

from collections.abc import Iterable
from typing import Final

from cases.models.job import Job
from notices.models import Document, EditionFile, EditionSignature, IssuedFile, ListEdition, Signature

Copy = IssuedFile | Signature
EditionCopy = EditionFile | EditionSignature
SIGN_KEY: Final = "sign:%d"  # of the job that signs the document with this primary key
SIGN_EDITION_KEY: Final = "sign_edition:%d"  # of the one that signs the edition of a list


def copy_in_force(document: Document) -> Copy | None:
    """What is handed out, archived and served; None while it is not printed, or still to be signed."""
    signature: Signature | None = getattr(document, "signature", None)
    if signature is not None:
        return signature
    printed: IssuedFile | None = getattr(document, "file", None)
    return None if printed is None or document.pk in awaiting_signature([document.pk]) else printed


def edition_in_force(edition: ListEdition) -> EditionCopy | None:
    """The same of a published list."""
    signature: EditionSignature | None = getattr(edition, "signature", None)
    if signature is not None:
        return signature
    printed: EditionFile | None = getattr(edition, "file", None)
    return None if printed is None or _awaiting(SIGN_EDITION_KEY, [edition.pk]) else printed


def awaiting_signature(documents: Iterable[int]) -> set[int]:
    """Of these documents (primary keys) those that are to be signed and are not yet; one query.

    A job that failed for good still counts: nobody is given an unsigned copy before somebody has given the signing up.
    """
    return _awaiting(SIGN_KEY, documents)


def _awaiting(key: str, rows: Iterable[int]) -> set[int]:
    keys = {key % pk: pk for pk in rows}
    over = [Job.State.DONE, Job.State.CANCELLED]
    waiting = Job.objects.filter(key__in=keys).exclude(state__in=over).values_list("key", flat=True)
    return {keys[key] for key in waiting}
