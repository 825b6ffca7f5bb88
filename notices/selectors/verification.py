"""What everybody may be told of a document or a published list by its code (Trial Measures 2012, art. 13)."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.acting import legal_date
from notices.models import Document, Issue, ListEdition
from notices.packs import kind_of
from notices.selectors.copies import awaiting_signature, edition_in_force
from notices.selectors.documents import document_by_code

State = Literal["genuine", "in_force", "superseded", "voided"]
LIST_KIND: Final = "名单"


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told; a field more here is told to the whole world.

    "genuine" alone is told of an internal list, whose number, title and successor stay in the house.
    `replaced_code` leads on only where what took its place is public itself.
    """

    kind: str
    issuer: str
    issued_on: date
    state: State
    number: str = ""
    version: int | None = None
    printed: bool = True
    voided_on: date | None = None
    replaced_by: str = ""
    replaced_code: str = ""
    kind_en: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What is told, and the hashes an uploaded copy is compared with: as printed, and as signed where it is."""

    told: Told
    printed_sha256: str = ""
    signed_sha256: str = ""


def verified(code: str) -> Verified | None:
    """What was issued or published under the code, or None."""
    document = document_by_code(code)
    if document is not None and document.issued is not None:
        return _document(document, document.issued)
    edition = ListEdition.objects.filter(verify_code=code).select_related("body", "file", "signature").first()
    return _edition(edition) if edition is not None else None


def _document(document: Document, issue: Issue) -> Verified:
    printed, signature = getattr(document, "file", None), getattr(document, "signature", None)
    following = _last_successor(document)
    voided_on = legal_date(document.voided_at) if document.voided_at else None
    told = Told(
        kind=kind_of(document.kind).zh,
        issuer=document.body.name,
        issued_on=issue.issued_on,
        state="voided" if voided_on else "superseded" if following else "in_force",
        number=issue.number,
        printed=printed is not None and document.pk not in awaiting_signature([document.pk]),
        voided_on=voided_on,
        replaced_by=following.number if following else "",
        kind_en=kind_of(document.kind).en,
    )
    return Verified(told, printed.sha256 if printed else "", signature.sha256 if signature else "")


def _last_successor(document: Document) -> Document | None:
    """The issued document that stands in its place now, however often it was replaced."""
    last, at = None, document
    while found := at.superseded_by.filter(issue__isnull=False).select_related("issue").order_by("-pk").first():
        last = at = found
    return last


def _edition(edition: ListEdition) -> Verified:
    hashes = [getattr(getattr(edition, name, None), "sha256", "") for name in ("file", "signature")]
    if edition.internal:
        told = Told(LIST_KIND, edition.body.name, edition.published_on, "genuine", version=edition.version)
        return Verified(told, *hashes)
    following = _last_version(edition)
    public = following is not None and not following.internal
    told = Told(
        kind=LIST_KIND,
        issuer=edition.body.name,
        issued_on=edition.published_on,
        state="superseded" if following else "in_force",
        number=edition.number,
        version=edition.version,
        printed=edition_in_force(edition) is not None,
        replaced_by=following.number if following and public else "",
        replaced_code=(following.verify_code or "") if following and public else "",
    )
    return Verified(told, *hashes)


def _last_version(edition: ListEdition) -> ListEdition | None:
    same = ListEdition.objects.filter(
        body=edition.body, list=edition.list, year=edition.year, kind=edition.kind, level=edition.level
    )
    return same.filter(version__gt=edition.version).order_by("-version").first()
