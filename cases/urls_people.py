"""Addresses of the people pages."""

from django.urls import URLPattern, path

from cases.views import people
from cases.views.conflicts import conflict_lift, conflicts, person_conflict
from cases.views.passwords import OwnPasswordPage, person_password

urlpatterns: list[URLPattern] = [
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.person_new, name="person_new"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/appoint/", people.person_appoint, name="person_appoint"),
    path("settings/people/<int:pk>/certificate/", people.person_certificate, name="person_certificate"),
    path("settings/people/<int:pk>/absence/", people.person_absence, name="person_absence"),
    path("settings/people/<int:pk>/active/", people.person_active, name="person_active"),
    path("settings/people/<int:pk>/password/", person_password, name="person_password"),
    path("settings/people/<int:pk>/conflict/", person_conflict, name="person_conflict"),
    path("settings/posts/<int:pk>/end/", people.post_end, name="post_end"),
    path("settings/absence/", people.absence, name="absence"),
    path("settings/substitutions/<int:pk>/end/", people.substitution_end, name="substitution_end"),
    path("settings/password/", OwnPasswordPage.as_view(), name="own_password"),
    path("settings/conflicts/", conflicts, name="conflicts"),
    path("settings/conflicts/<int:pk>/lift/", conflict_lift, name="conflict_lift"),
]
