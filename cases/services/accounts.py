"""Make accounts, and close them when people leave."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from cases.acting import Acting
from cases.models.people import User
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.scope import holds
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
    try:
        validate_password(password, User(username=username, name=name))
    except ValidationError as error:
        raise RuleError("weak_password", "%(problems)s", problems=" ".join(error.messages)) from error
    user = User.objects.create_user(username=username, password=password, name=name, mobile=mobile)
    record(
        stream=f"person:{user.pk}", action="register_person", acting=acting, data={"username": username, "name": name}
    )
    return user


@transaction.atomic
def set_active(*, user: User, active: bool, acting: Acting) -> None:
    """Deactivate a person who has left, or bring them back; their posts and deeds stay on record.

    Raises NotPermitted unless the acting person manages them wherever they hold a post, RuleError for oneself.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if acting.person == user:
        raise RuleError("self_deactivation", "Nobody closes their own account.")
    require_manager_of(user, acting, everywhere=True)
    user.is_active = active
    user.save(update_fields=["is_active"])
    sync_grants(user, acting.today)
    record(stream=f"person:{user.pk}", action="set_active", acting=acting, data={"active": active})
