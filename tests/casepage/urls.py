"""The project's addresses, with those of the cases where the project does not bring them already."""

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as project_urls
from workflow.urls_cases import urlpatterns as case_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*project_urls, *case_urls]
