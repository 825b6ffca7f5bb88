"""The rows and files of units' archives, as their pages show them."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, QuerySet

from cases.models.archive import ArchiveFile, RiskControlItem, SafetyPerson, SafetyTraining
from cases.models.enterprise import Enterprise
from cases.models.people import User
from cases.selectors.scope import within


def people_with_training(enterprise: Enterprise) -> QuerySet[SafetyPerson]:
    """Who answers for quality safety, those in post first, each with what they learned."""
    trainings = SafetyTraining.objects.order_by("-held_on", "-pk")
    people = SafetyPerson.objects.filter(enterprise=enterprise).prefetch_related(Prefetch("trainings", trainings))
    return people.order_by(F("left_on").desc(nulls_first=True), "role", "appointed_on", "pk")


def risk_control_list(enterprise: Enterprise) -> QuerySet[RiskControlItem]:
    """The list as it stands, then what was struck off."""
    return RiskControlItem.objects.filter(enterprise=enterprise).order_by(
        F("retired_on").desc(nulls_first=True), "added_on", "pk"
    )


def visible_archive_files(user: User | AnonymousUser) -> QuerySet[ArchiveFile]:
    """Every file of the units that the person may see."""
    return ArchiveFile.objects.filter(within(user, "view_enterprise", "enterprise__territorial_body"))
