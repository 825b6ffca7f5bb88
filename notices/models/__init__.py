"""Documents and their service, one aggregate a module."""

from notices.models.addressee import Addressee
from notices.models.batch import BatchItem, DocumentBatch
from notices.models.case_file import CaseFile
from notices.models.delivery import DeliveryLink
from notices.models.document import Document, Issue, IssuedFile, Kind
from notices.models.edition import EditionFile, ListEdition, PublishedList
from notices.models.review import LegalReview
from notices.models.seal import BodySeal
from notices.models.service import AddressConfirmation, ServiceRecord
from notices.models.signature import EditionSignature, Signature

__all__ = [
    "AddressConfirmation",
    "Addressee",
    "BatchItem",
    "BodySeal",
    "CaseFile",
    "DeliveryLink",
    "Document",
    "DocumentBatch",
    "EditionFile",
    "EditionSignature",
    "Issue",
    "IssuedFile",
    "Kind",
    "LegalReview",
    "ListEdition",
    "PublishedList",
    "ServiceRecord",
    "Signature",
]
