"""Nothing of a case reaches a person of another county: not its page, files, drawing, list, search or export."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from cases.acting import Acting
from cases.models import AuditEvent
from cases.services.attach_file import attach_file
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def photo(colour="#9ab"):
    buffer = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def case(tell):
    return tell("propose_class")


@pytest.fixture
def attached(case, cast):
    upload = SimpleUploadedFile("成品区.jpg", photo())
    return attach_file(case=case, upload=upload, purpose="evidence", item="6", acting=Acting(cast.lead, NOON))


def body_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_of(response):
    return CalamineWorkbook.from_filelike(io.BytesIO(body_of(response))).get_sheet_by_index(0).to_python()


def test_page_drawing_and_files_do_not_exist_elsewhere(case, attached, cast, stranger, signed_in):
    for name, key in (
        ("case_detail", case.pk), ("case_diagram_bpmn", case.pk), ("attachment", attached.pk),
        ("attachment_thumb", attached.pk),
    ):  # fmt: skip
        path = reverse(name, args=[key])
        assert signed_in(stranger).get(path).status_code == 404, name
        assert signed_in(cast.lead).get(path).status_code == 200, name


def test_list_and_search_show_only_ones_own_region(case, cast, stranger, signed_in):
    for path in (reverse("case_list"), reverse("search") + f"?q={case.enterprise.name}"):
        assert case.number in signed_in(cast.lead).get(path).content.decode()
        assert case.number not in signed_in(stranger).get(path).content.decode()


def test_an_exact_hit_elsewhere_does_not_jump(case, cast, stranger, signed_in):
    for text in (case.number, case.enterprise.uscc):
        path = reverse("search") + f"?q={text}"
        assert signed_in(cast.lead).get(path).status_code == 302
        response = signed_in(stranger).get(path)
        assert response.status_code == 200
        assert case.enterprise.name not in response.content.decode()


def test_the_export_holds_the_filtered_cases_of_ones_region(case, cast, bodies, signed_in):
    from tests.factories import make_user

    path = reverse("case_export")
    rows = rows_of(signed_in(cast.unit_head).get(path))
    assert rows[1][:3] == [case.number, case.enterprise.name, case.enterprise.uscc]
    assert len(rows_of(signed_in(cast.unit_head).get(path, {"q": "没有这家企业"}))) == 1
    neighbour = make_user("邻县", "unit_head", bodies["330411"])
    assert len(rows_of(signed_in(neighbour).get(path))) == 1
    assert AuditEvent.objects.filter(action="exported.cases", actor=cast.unit_head).count() == 2


def test_who_may_not_export_is_told_so_and_offered_nothing(case, cast, signed_in):
    client = signed_in(cast.lead)
    assert client.get(reverse("case_export")).status_code == 403
    assert reverse("case_export") not in client.get(reverse("case_list")).content.decode()


def test_a_formula_in_a_name_stays_text(tell, unit, cast, signed_in):
    tell("propose_class", enterprise=unit(name='=HYPERLINK("http://x","y")'))
    rows = rows_of(signed_in(cast.unit_head).get(reverse("case_export")))
    assert rows[1][1] == '=HYPERLINK("http://x","y")'


def test_a_file_comes_as_a_download_of_its_own_type(attached, cast, signed_in):
    response = signed_in(cast.lead).get(reverse("attachment", args=[attached.pk]))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body_of(response) == photo()
    shown = signed_in(cast.lead).get(reverse("attachment", args=[attached.pk]) + "?inline")
    assert shown["Content-Disposition"].startswith("inline")


def test_a_file_changed_on_disk_is_not_handed_out(attached, cast, signed_in):
    with attached.file.storage.open(attached.file.name, "wb") as stream:
        stream.write(photo("#000"))
    response = signed_in(cast.lead).get(reverse("attachment", args=[attached.pk]))
    assert response.status_code == 500
    assert b"\xff\xd8" not in response.content
    assert signed_in(cast.lead).get(reverse("attachment_thumb", args=[attached.pk])).status_code == 404


def test_a_lost_file_says_so(attached, cast, signed_in):
    attached.file.storage.delete(attached.file.name)
    assert signed_in(cast.lead).get(reverse("attachment", args=[attached.pk])).status_code == 500


def test_a_thumbnail_is_small(attached, cast, signed_in):
    response = signed_in(cast.lead).get(reverse("attachment_thumb", args=[attached.pk]))
    with Image.open(io.BytesIO(response.content)) as picture:
        assert max(picture.size) <= 400


def test_what_is_no_picture_has_no_thumbnail(case, cast, signed_in):
    upload = SimpleUploadedFile("台账.pdf", b"%PDF-1.4 ...")
    kept = attach_file(case=case, upload=upload, purpose="evidence", item="6", acting=Acting(cast.lead, NOON))
    assert signed_in(cast.lead).get(reverse("attachment_thumb", args=[kept.pk])).status_code == 404
    html = signed_in(cast.lead).get(reverse("case_detail", args=[case.pk])).content.decode()
    assert reverse("attachment", args=[kept.pk]) in html
    assert reverse("attachment_thumb", args=[kept.pk]) not in html
