"""The guided tour of the demo: its list, its start, its stops and its end. Where DEMO is off there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting
from cases.models import User
from cases.packs.loader import load_roles
from workflow.demo.tour_places import Sight
from workflow.demo.tours import minutes_of, roles_with_a_tour, tour_of
from workflow.views.tour_strip import DECLINED, RUNNING, is_demo, running_tour

View = Callable[..., HttpResponse]


def of_the_demo(view: View) -> View:
    """Answers “not found” where no demo is shown."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_demo():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _roles(user: User) -> list[str]:
    return roles_with_a_tour(user.posts.active(timezone.localdate()).values_list("role", flat=True))


def _sight(request: HttpRequest) -> Sight:
    assert isinstance(request.user, User)
    return Sight(Acting(request.user, timezone.now()))


@require_GET
@of_the_demo
def tour_page(request: HttpRequest) -> HttpResponse:
    """``/tour/``: the stops of every post held, with what has been seen."""
    sight, running, english = _sight(request), running_tour(request), get_language() == "en"
    tours = []
    for role in _roles(sight.acting.person):
        stops = tour_of(role, sight)
        mine = running if running.get("role") == role else {}
        title = load_roles()[role].en if english else load_roles()[role].zh
        codes = [code for code, _url in mine.get("stops", ())]
        rows = [
            {
                "stop": found.stop,
                "seen": found.stop.code in mine.get("seen", ()),
                "place": codes.index(found.stop.code) if found.stop.code in codes else None,
            }
            for found in stops
        ]
        tours.append({"role": role, "title": title, "rows": rows, "minutes": minutes_of(stops), "running": bool(mine)})
    return render(request, "workflow/tour.html", {"tours": tours})


@require_POST
@of_the_demo
def tour_start(request: HttpRequest) -> HttpResponse:
    """Begin the tour of a post held; what is found now stays its course."""
    role, sight = request.POST.get("role", ""), _sight(request)
    if role not in _roles(sight.acting.person):
        raise Http404
    stops = [(found.stop.code, found.url) for found in tour_of(role, sight)]
    request.session[RUNNING] = {"role": role, "stops": stops, "at": 0, "seen": []}
    return _go(request, 0)


@require_POST
@of_the_demo
def tour_go(request: HttpRequest) -> HttpResponse:
    """To a stop of the running tour, counted from nought."""
    place = request.POST.get("place", "")
    stops = running_tour(request).get("stops", ())
    if not (place.isascii() and place.isdigit()) or int(place) >= len(stops):
        return redirect("tour")
    return _go(request, int(place))


def _go(request: HttpRequest, place: int) -> HttpResponse:
    running = request.session[RUNNING]
    code, url = running["stops"][place]
    request.session[RUNNING] = {**running, "at": place, "seen": sorted({*running["seen"], code})}
    return redirect(url)


@require_POST
@of_the_demo
def tour_end(request: HttpRequest) -> HttpResponse:
    """End the tour, or decline the offer of one."""
    if request.session.pop(RUNNING, None):
        messages.success(request, _("The tour is over. It can be started again from your menu."))
    request.session[DECLINED] = True
    return redirect("home")
