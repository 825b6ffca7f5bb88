"""Addresses of the rule packs, their drafts and rehearsals."""

from django.urls import URLPattern, path

from cases.views.pack_drafts import pack_draft, pack_draft_abandon, pack_draft_new, pack_draft_publish
from cases.views.packs import pack_detail, pack_difference, pack_list
from cases.views.rehearsals import rehearsal_detail, rehearsal_export, rehearsal_new, rehearsal_stop

urlpatterns: list[URLPattern] = [
    path("settings/packs/", pack_list, name="pack_list"),
    path("settings/packs/<slug:code>/", pack_detail, name="pack_detail"),
    path("settings/packs/<slug:code>/difference/", pack_difference, name="pack_difference"),
    path("settings/pack-drafts/new/", pack_draft_new, name="pack_draft_new"),
    path("settings/pack-drafts/<int:pk>/", pack_draft, name="pack_draft"),
    path("settings/pack-drafts/<int:pk>/rehearse/", rehearsal_new, name="rehearsal_new"),
    path("settings/pack-drafts/<int:pk>/publish/", pack_draft_publish, name="pack_draft_publish"),
    path("settings/pack-drafts/<int:pk>/abandon/", pack_draft_abandon, name="pack_draft_abandon"),
    path("settings/rehearsals/<int:pk>/", rehearsal_detail, name="rehearsal_detail"),
    path("settings/rehearsals/<int:pk>/export/", rehearsal_export, name="rehearsal_export"),
    path("settings/rehearsals/<int:pk>/stop/", rehearsal_stop, name="rehearsal_stop"),
]
