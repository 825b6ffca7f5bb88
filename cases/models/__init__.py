"""What is stored, one aggregate a module."""

from cases.models.audit import AuditEvent
from cases.models.body import Body, BodyClosure, BodyGroupPermission, BodySetting, BodyUserPermission
from cases.models.case import Answer, Assignment, Attachment, Case, Inspection, Opinion, Proposal, Sequence
from cases.models.deadline import CalendarYear, Deadline, DeadlineEntry, DeadlineReminder, Notification
from cases.models.enterprise import (
    Certificate,
    ClassRecord,
    Enterprise,
    Honour,
    KeySupervision,
    Product,
    TierRecord,
)
from cases.models.imports import ImportBatch, ImportRow
from cases.models.job import Job
from cases.models.measures import (
    EnterpriseLink,
    Escalation,
    ExtensionRequest,
    Interview,
    RectificationItem,
    RectificationOrder,
    RectificationReport,
    Referral,
    ReturnVisit,
)
from cases.models.outbox import OutboxMessage
from cases.models.people import ConflictOfInterest, EnforcementCertificate, Post, Substitution, User

__all__ = [
    "Answer",
    "Assignment",
    "Attachment",
    "AuditEvent",
    "Body",
    "BodyClosure",
    "BodyGroupPermission",
    "BodySetting",
    "BodyUserPermission",
    "CalendarYear",
    "Case",
    "Certificate",
    "ClassRecord",
    "ConflictOfInterest",
    "Deadline",
    "DeadlineEntry",
    "DeadlineReminder",
    "EnforcementCertificate",
    "Enterprise",
    "EnterpriseLink",
    "Escalation",
    "ExtensionRequest",
    "Honour",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "Interview",
    "Job",
    "KeySupervision",
    "Notification",
    "Opinion",
    "OutboxMessage",
    "Post",
    "Product",
    "Proposal",
    "RectificationItem",
    "RectificationOrder",
    "RectificationReport",
    "Referral",
    "ReturnVisit",
    "Sequence",
    "Substitution",
    "TierRecord",
    "User",
]
