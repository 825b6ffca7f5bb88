"""People: who they are, which posts they hold, who stands in for them, and what bars them from a case (domain 9.0)."""

from datetime import date
from typing import Any, NoReturn, Self

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.body import Body


class UserQuerySet(models.QuerySet["User"]):
    """Users, who are never deleted."""

    def delete(self) -> NoReturn:
        raise ProtectedError("Users are deactivated, never deleted.", set(self))


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's creation of users over a queryset that refuses to delete them."""

    use_in_migrations = False


class User(AbstractUser):  # type: ignore[django-manager-missing]  # guardian has no types
    """A person with an account; leaves by deactivation, because what they did stays theirs.

    Permissions come from posts alone: being a superuser (made at the command line) lets one appoint people and nothing
    else, so the usual short cut of superusers through `has_perm` is closed.
    """

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "中文"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        AUTO = "auto", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    first_name = None  # type: ignore[assignment]  # a Chinese name is one field
    last_name = None  # type: ignore[assignment]
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.AUTO)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    objects = PeopleManager()  # type: ignore[misc]

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether any backend grants `perm` on `obj`; superusers are asked like everybody else."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ProtectedError("Users are deactivated, never deleted.", {self})


class CertificateQuerySet(models.QuerySet["EnforcementCertificate"]):
    def valid(self, on: date) -> Self:
        """Certificates in force on the day `on`."""
        return self.filter(valid_from__lte=on, valid_to__gte=on)


class EnforcementCertificate(models.Model):
    """行政执法证: without a valid one nobody inspects (domain 9.0)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="certificates")
    number = models.CharField(_("certificate number"), max_length=40, unique=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    """Last day on which it is valid."""
    issuer = models.CharField(_("issuer"), max_length=100)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="certificate_dates_in_order")
        ]

    def __str__(self) -> str:
        return self.number


class PostQuerySet(models.QuerySet["Post"]):
    def unsettled(self, on: date) -> Self:
        """Posts whose permissions are out though they ended by the day `on`, or not out though they have begun."""
        begun = Q(granted=False, starts_on__lte=on, user__is_active=True) & (
            Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        )
        return self.filter(Q(granted=True, ends_on__lte=on) | begun)

    def active(self, on: date) -> Self:
        """Posts held on the day `on`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class Post(models.Model):
    """A role held by a person at a body from `starts_on` until, and not including, `ends_on`."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField(_("role"), max_length=40)
    """Code of a role in the role matrix (cases/packs/roles.yaml)."""
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    """First day on which the post is no longer held: a post ended today is lost at once."""
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments_made")
    granted = models.BooleanField(default=False, editable=False)
    """Whether the permissions of this post are given out now; lets the sweep find what begins or ends in one look."""

    objects = PostQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_on", "pk"]
        indexes = [models.Index(fields=["granted", "ends_on", "starts_on"], name="post_to_settle")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "body"], condition=Q(ends_on__isnull=True), name="post_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.body_id}"


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def running(self, on: date) -> Self:
        """Substitutions in force on the day `on`."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class Substitution(models.Model):
    """While `absent` is away, `substitute` does their tasks on their behalf; both days are included."""

    absent = models.ForeignKey(User, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(User, models.PROTECT, related_name="substitutions")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-starts_on"]
        indexes = [models.Index(fields=["substitute", "starts_on", "ends_on"], name="substitution_by_substitute")]
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="substitution_by_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="substitution_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.absent_id}"


class ConflictQuerySet(models.QuerySet["ConflictOfInterest"]):
    def standing(self, on: date) -> Self:
        """Conflicts that bar the person on the day `on`."""
        return self.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=on), declared_on__lte=on)


class ConflictOfInterest(models.Model):
    """回避: a person who has declared one has no part in that enterprise's cases until it is lifted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="conflicts")
    enterprise = models.ForeignKey("cases.Enterprise", models.PROTECT, related_name="conflicts")
    reason = models.CharField(_("reason"), max_length=200)
    declared_on = models.DateField(_("declared on"))
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-declared_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "enterprise"], condition=Q(lifted_on__isnull=True), name="conflict_standing_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("declared_on")), name="conflict_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.enterprise_id}"
