"""Documents and their service, one aggregate a module."""

from notices.models.case_file import CaseFile
from notices.models.document import Document, Issue, IssuedFile, Kind
from notices.models.edition import EditionFile, ListEdition, PublishedList
from notices.models.seal import BodySeal
from notices.models.service import AddressConfirmation, ServiceRecord

__all__ = [
    "AddressConfirmation",
    "BodySeal",
    "CaseFile",
    "Document",
    "EditionFile",
    "Issue",
    "IssuedFile",
    "Kind",
    "ListEdition",
    "PublishedList",
    "ServiceRecord",
]
