"""Make accounts, and close them when people leave."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import may_leave
from cases.models.body import Body
from cases.models.people import Post, User
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.scope import holds, may
from cases.services.appoint import sync_grants
from cases.services.audit import record
from cases.services.credentials import require_manager_of


@transaction.atomic
def register_person(*, username: str, name: str, mobile: str, password: str, acting: Acting) -> User:
    """Make an account; it may do nothing until its person is appointed to a post.

    Raises NotPermitted for somebody who manages people nowhere; RuleError for a taken name or a weak password.
    """
    if not (acting.person.is_superuser or holds(acting.person, "manage_people")):
        raise NotPermitted("not_manager", "You do not manage people.")
    if User.objects.filter(username__iexact=username).exists():
        raise RuleError("username_taken", "The user name %(username)s is taken.", username=username)
    _require_strong(password, User(username=username, name=name))
    user = User.objects.create_user(username=username, password=password, name=name, mobile=mobile)
    record(
        stream=f"person:{user.pk}", action="register_person", acting=acting, data={"username": username, "name": name}
    )
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, acting: Acting) -> None:
    """Deactivate a person who has left, or bring them back; their posts and deeds stay on record.

    Raises NotPermitted unless the acting person manages them wherever they hold a post, RuleError for oneself; Blocked
    while they are the responsible officer of units.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if acting.person == user:
        raise RuleError("self_deactivation", "Nobody closes their own account.")
    require_manager_of(user, acting, everywhere=True)
    if not active:
        require(may_leave(user))
    user.is_active = active
    user.save(update_fields=["is_active"])
    sync_grants(user, acting.today)
    record(stream=f"person:{user.pk}", action="set_active", acting=acting, data={"active": active})


@transaction.atomic
def set_password(*, user: User, password: str, acting: Acting) -> None:
    """Give somebody a new password, which ends their sessions; the trail tells of it, never what it is.

    Whoever knows another's password holds their posts: NotPermitted unless the acting person manages people wherever
    `user` holds a post or will hold one. RuleError for oneself, and for a weak password.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if acting.person == user:
        raise RuleError("own_password", _("You change your own password under Settings, with the present one."))
    require_manager_of(user, acting, everywhere=True)
    _require_manager_of_promised(user, acting)
    _keep_password(user, password)
    record(stream=f"person:{user.pk}", action="set_password", acting=acting)


@transaction.atomic
def change_own_password(*, password: str, acting: Acting) -> None:
    """Change one's own password; the edge has asked for the present one. RuleError for a weak password."""
    user = User.objects.select_for_update().get(pk=acting.person.pk)
    _keep_password(user, password)
    record(stream=f"person:{user.pk}", action="change_password", acting=acting)


def _keep_password(user: User, password: str) -> None:
    _require_strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def _require_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleError("weak_password", "%(problems)s", problems=" ".join(error.messages)) from error


def _require_manager_of_promised(user: User, acting: Acting) -> None:
    """A post that begins next week is no way round: nor is the account of a superuser."""
    if acting.person.is_superuser:
        return
    lasting = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=acting.today), user=user)
    bodies = Body.objects.filter(posts__in=lasting).distinct()
    if user.is_superuser or not all(may(acting.person, "manage_people", body) for body in bodies):
        raise NotPermitted("not_manager", _("You do not manage %(person)s."), person=user.name)
