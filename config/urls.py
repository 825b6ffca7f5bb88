"""Where every page lives: each floor brings its own urls."""

from django.urls import include, path

urlpatterns = [
    path("", include("workflow.urls")),
    path("", include("notices.urls")),
    path("", include("cases.urls")),
]
