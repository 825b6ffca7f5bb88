"""Where every page lives: each floor brings its own urls."""

from django.urls import include, path

urlpatterns = [
    path("", include("workflow.urls")),
    path("", include("notices.urls")),
    path("", include("cases.urls")),
]

handler400 = "workflow.views.errors.bad_request"
handler403 = "workflow.views.errors.permission_denied"
handler404 = "workflow.views.errors.page_not_found"
handler500 = "workflow.views.errors.server_error"
