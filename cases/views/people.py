"""People and posts: who works where, what they may do, who stands in for them."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.acting import Acting
from cases.forms.people import AbsenceForm, AppointForm, CertificateForm, EndPostForm, RegisterForm, role_title
from cases.forms.refusals import refusal_text
from cases.guards.conditions import failed
from cases.guards.locks import longest_absence, may_leave_post
from cases.models import Post, Substitution, User
from cases.rules.errors import StatedError
from cases.selectors.locks import open_locks
from cases.selectors.people import colleagues, managed_bodies, managed_people, manages_people, with_posts_of
from cases.services.absence import arrange_substitution, end_substitution
from cases.services.accounts import register_person, set_active
from cases.services.appoint import appoint, end_post
from cases.services.credentials import issue_certificate

PAGE = 50
SUGGESTED_BODIES = 300
"""How many bodies the field of a post suggests; any other is found by its code or name."""


def acting_in(request: HttpRequest) -> Acting:
    return Acting(user=_me(request), at=timezone.now())


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def person_for(request: HttpRequest, pk: int) -> User:
    """A person the reader manages; others do not exist for them."""
    if not manages_people(_me(request)):
        raise PermissionDenied
    return get_object_or_404(managed_people(_me(request)), pk=pk)


def _crumbs(person: User | None, here: str) -> list[dict[str, str]]:
    crumbs = [{"label": _("People and posts"), "url": reverse("people")}]
    if person is not None:
        crumbs.append({"label": person.name, "url": reverse("person", args=[person.pk])})
    return [*crumbs, {"label": here, "url": ""}]


def serve_form(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    person: User | None,
    submit: Callable[[dict[str, Any]], User],
    done: str,
    own: bool = False,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; once sent and lawful, go to the page of the person whom `submit` returns."""
    if request.method == "POST" and form.is_valid():
        try:
            subject = submit(form.cleaned_data)
        except StatedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, done)
            return redirect("absence") if own else redirect("person", pk=subject.pk)
    page = {"form": form, "title": title, "person": person, "crumbs": _crumbs(person, title), **(context or {})}
    status = 422 if form.errors else 200
    return render(request, "cases/people/form.html", page, status=status)


def people(request: HttpRequest) -> HttpResponse:
    """Everybody the reader manages."""
    if not manages_people(_me(request)):
        raise PermissionDenied
    search = request.GET.get("q", "").strip()[:100]
    acting = acting_in(request)
    found = with_posts_of(managed_people(_me(request), search), acting.today)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    listed: list[Any] = list(page)
    rows = [
        {
            "person": person,
            "posts": [{"title": role_title(post.role), "body": post.body} for post in person.posts_today],
            "certificates": person.certificates_today,
        }
        for person in listed
    ]
    return render(request, "cases/people/list.html", {"page": page, "rows": rows, "search": search})


def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    if not manages_people(_me(request)):
        raise PermissionDenied

    def submit(data: dict[str, Any]) -> User:
        return register_person(**data, acting=acting_in(request))

    title = _("Add a person")
    done = _("The account is made. Now appoint its person to a post.")
    return serve_form(request, RegisterForm(request.POST or None), title=title, person=None, submit=submit, done=done)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts, certificates, absences."""
    subject = person_for(request, pk)
    today = acting_in(request).today
    posts = [
        {"post": post, "title": role_title(post.role), "open": post.ends_on is None or post.ends_on > today}
        for post in subject.posts.select_related("body", "appointed_by")
    ]
    context = {
        "person": subject,
        "locks": open_locks().filter(officer=subject).count(),
        "conflicts": subject.conflicts.select_related("enterprise"),
        "own": subject == _me(request),
        "posts": posts,
        "certificates": subject.certificates.all(),
        "absences": subject.absences.select_related("substitute"),
        "today": today,
        "crumbs": _crumbs(None, subject.name),
    }
    return render(request, "cases/people/person.html", context)


def person_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint somebody to a post."""
    subject, bodies, acting = person_for(request, pk), managed_bodies(_me(request)), acting_in(request)
    form = AppointForm(request.POST or None, bodies=bodies, initial={"starts_on": acting.today})

    def submit(data: dict[str, Any]) -> User:
        return appoint(user=subject, **data, acting=acting).user

    context = {"bodies": bodies.order_by("position")[:SUGGESTED_BODIES]}
    done = _("The post is given.")
    title = _("Appoint to a post")
    return serve_form(request, form, title=title, person=subject, submit=submit, done=done, context=context)


def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post."""
    if not manages_people(_me(request)):
        raise PermissionDenied
    within_reach = Post.objects.filter(body__in=managed_bodies(_me(request)))
    post = get_object_or_404(within_reach.select_related("user", "body"), pk=pk)
    acting = acting_in(request)
    form = EndPostForm(request.POST or None, initial={"ends_on": acting.today})

    def submit(data: dict[str, Any]) -> User:
        return end_post(post=post, **data, acting=acting).user

    title = _("End the post %(role)s at %(body)s") % {"role": role_title(post.role), "body": post.body.name}
    done = _("The end of the post is recorded.")
    context = {"barred": failed(may_leave_post(post, acting.today))}
    return serve_form(request, form, title=title, person=post.user, submit=submit, done=done, context=context)


def person_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a certificate."""
    subject = person_for(request, pk)

    def submit(data: dict[str, Any]) -> User:
        return issue_certificate(user=subject, **data, acting=acting_in(request)).user

    form = CertificateForm(request.POST or None)
    title = _("Enter a certificate")
    return serve_form(request, form, title=title, person=subject, submit=submit, done=_("The certificate is entered."))


def person_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Arrange a substitute for somebody else."""
    return _absence(request, person_for(request, pk))


def absence(request: HttpRequest) -> HttpResponse:
    """One's own absence."""
    return _absence(request, _me(request))


def _absence(request: HttpRequest, absent: User) -> HttpResponse:
    acting = acting_in(request)
    form = AbsenceForm(
        request.POST or None, substitutes=colleagues(absent, acting.today), initial={"starts_on": acting.today}
    )

    def submit(data: dict[str, Any]) -> User:
        return arrange_substitution(absent=absent, **data, acting=acting).absent

    own = absent == _me(request)
    arranged = Substitution.objects.filter(absent=absent, ends_on__gte=acting.today).select_related("substitute")
    title = _("My absence") if own else _("Arrange a substitute")
    context: dict[str, Any] = {"arranged": arranged}
    carried = open_locks().filter(officer=absent)
    if first := carried.select_related("body").first():
        context |= {"locks": carried.count(), "longest": longest_absence(first.body)}
    if own:
        context["crumbs"] = [{"label": title, "url": ""}]
    done = _("The substitute is arranged.")
    return serve_form(request, form, title=title, person=absent, submit=submit, done=done, own=own, context=context)


@require_POST
def substitution_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The absent person is back."""
    me = _me(request)
    substitution = get_object_or_404(Substitution.objects.select_related("absent"), pk=pk)
    if substitution.absent != me:
        person_for(request, substitution.absent_id)
    tell(request, lambda acting: end_substitution(substitution=substitution, acting=acting), _("The absence is ended."))
    return redirect("absence") if substitution.absent == me else redirect("person", pk=substitution.absent_id)


@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    subject, active = person_for(request, pk), request.POST.get("active") == "1"
    done = _("The account is open again.") if active else _("The account is closed.")
    tell(request, lambda acting: set_active(user=subject, active=active, acting=acting), done)
    return redirect("person", pk=pk)


def tell(request: HttpRequest, act: Callable[[Acting], object], done: str) -> None:
    """Do it, and say at the next page what came of it."""
    try:
        act(acting_in(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, done)
