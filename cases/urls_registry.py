"""Addresses of the registry: enterprises, key list, imports."""

from django.urls import URLPattern, path

from cases.views.certificates import certificate_list
from cases.views.enterprise_details import archive_file_new, detail_end, detail_form, detail_remove
from cases.views.enterprises import (
    enterprise_detail,
    enterprise_edit,
    enterprise_export,
    enterprise_list,
    enterprise_new,
    enterprise_status,
)
from cases.views.escalation import escalation_new
from cases.views.imports import (
    import_apply,
    import_cancel,
    import_decide,
    import_detail,
    import_export,
    import_kinds,
    import_list,
    import_new,
    import_rejects,
    import_report,
    import_template,
)
from cases.views.key_list import key_list, key_list_export
from cases.views.local_lists import local_list, local_list_leave, local_list_new
from cases.views.unit_archive import archive_file, enterprise_archive
from cases.views.unit_pasts import enterprise_as_at, enterprise_compliance
from cases.views.unit_records import enterprise_records

urlpatterns: list[URLPattern] = [
    path("enterprises/", enterprise_list, name="enterprise_list"),
    path("enterprises/new/", enterprise_new, name="enterprise_new"),
    path("enterprises/export/", enterprise_export, name="enterprise_export"),
    path("enterprises/<str:uscc>/", enterprise_detail, name="enterprise_detail"),
    path("enterprises/<str:uscc>/edit/", enterprise_edit, name="enterprise_edit"),
    path("enterprises/<str:uscc>/status/", enterprise_status, name="enterprise_status"),
    path("enterprises/<str:uscc>/archive/", enterprise_archive, name="enterprise_archive"),
    path("enterprises/<str:uscc>/records/", enterprise_records, name="enterprise_records"),
    path("enterprises/<str:uscc>/compliance/", enterprise_compliance, name="enterprise_compliance"),
    path("enterprises/<str:uscc>/as-at/", enterprise_as_at, name="enterprise_as_at"),
    path("enterprises/<str:uscc>/files/new/", archive_file_new, name="archive_file_new"),
    path("enterprises/<str:uscc>/escalation/", escalation_new, name="escalation_new"),
    path("enterprises/<str:uscc>/<slug:kind>/new/", detail_form, name="enterprise_row_new"),
    path("enterprises/<str:uscc>/<slug:kind>/<int:pk>/", detail_form, name="enterprise_row"),
    path("enterprises/<str:uscc>/<slug:kind>/<int:pk>/remove/", detail_remove, name="enterprise_row_remove"),
    path("enterprises/<str:uscc>/<slug:kind>/<int:pk>/end/", detail_end, name="enterprise_row_end"),
    path("archive-files/<int:pk>/", archive_file, name="archive_file"),
    path("certificates/", certificate_list, name="certificate_list"),
    path("lists/", key_list, name="key_list"),
    path("lists/local/<slug:register>/", local_list, name="local_list"),
    path("lists/local/<slug:register>/new/", local_list_new, name="local_list_new"),
    path("lists/entries/<int:pk>/leave/", local_list_leave, name="local_list_leave"),
    path("lists/export/", key_list_export, name="key_list_export"),
    path("imports/", import_list, name="import_list"),
    path("imports/new/", import_new, name="import_new"),
    path("imports/kinds/", import_kinds, name="import_kinds"),
    path("imports/template/", import_template, name="import_template"),
    path("imports/export/", import_export, name="import_export"),
    path("imports/<int:pk>/", import_detail, name="import_detail"),
    path("imports/<int:pk>/apply/", import_apply, name="import_apply"),
    path("imports/<int:pk>/cancel/", import_cancel, name="import_cancel"),
    path("imports/<int:pk>/decide/", import_decide, name="import_decide"),
    path("imports/<int:pk>/rejects/", import_rejects, name="import_rejects"),
    path("imports/<int:pk>/report/", import_report, name="import_report"),
]
