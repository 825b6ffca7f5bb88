"""Addresses of the inspection on site: service worker, offline page, drafts and photos as JSON."""

from django.urls import URLPattern, path

from workflow.views.onsite import OnsiteDraft, OnsitePhotos, offline_page, service_worker

urlpatterns: list[URLPattern] = [
    path("sw.js", service_worker, name="service_worker"),
    path("offline/", offline_page, name="offline"),
    path("tasks/<int:pk>/onsite/", OnsiteDraft.as_view(), name="onsite_draft"),
    path("tasks/<int:pk>/onsite/photos/", OnsitePhotos.as_view(), name="onsite_photos"),
    path("tasks/<int:pk>/onsite/photos/<uuid:upload>/", OnsitePhotos.as_view(), name="onsite_photo"),
]
