"""What is stored, one aggregate a module."""

from cases.models.body import Body, BodyClosure, BodyGroupPermission, BodySetting, BodyUserPermission
from cases.models.people import ConflictOfInterest, EnforcementCertificate, Post, Substitution, User

__all__ = [
    "Body",
    "BodyClosure",
    "BodyGroupPermission",
    "BodySetting",
    "BodyUserPermission",
    "ConflictOfInterest",
    "EnforcementCertificate",
    "Post",
    "Substitution",
    "User",
]
