from django.urls import include, path

urlpatterns = [
    path("", include("config.urls")),
    path("", include("workflow.urls_cases")),
    path("", include("workflow.urls_tasks")),
]
