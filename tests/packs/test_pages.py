"""The pages of the rule packs: readable by everybody signed in, changed only by their posts, safe with any text."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, PackDraft, PackRelease, Rehearsal, RehearsedChange, User
from cases.packs.loader import available_packs, load_pack
from cases.selectors.pack_difference import difference
from cases.services.jobs import run_due_jobs
from cases.services.rehearse_pack import start_rehearsal
from tests.factories import NOON, acting, make_user
from tests.packs.conftest import ADDED, BOUNDS, REASON, STRICTER, classified, release_directly

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EVIL = "<script>alert(1)</script>\"'&"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def reader(bodies: Any) -> User:
    return make_user("检查员", "inspector", bodies["330402"], language="en")


def content(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everybody_reads_every_pack_and_what_differs(language: str, reader: Any, signed_in: SignIn) -> None:
    User.objects.filter(pk=reader.pk).update(language=language)
    client = signed_in(reader)
    listed = content(client, reverse("pack_list"))
    for code, _version in available_packs():
        pack = load_pack(code)
        assert pack.code in listed
        page = content(client, reverse("pack_detail", args=[code]))
        assert pack.act in page
        assert len(page) < 120_000
        if pack.classes:
            assert pack.classes.items[0].text in page
        if pack.extends:
            assert pack.base_ref in content(client, reverse("pack_difference", args=[code]))
    assert reverse("pack_list") in content(client, reverse("settings"))
    assert reverse("pack_draft_new") not in listed


def test_the_difference_is_told_field_by_field(reader: Any, signed_in: SignIn, draft: Any, head: Any) -> None:
    page = content(signed_in(reader), reverse("pack_difference", args=["jiaxing-2020"]))
    assert "嘉市监〔2020〕40号 (S2)" in page
    assert "<del>责任监管</del>" in page
    assert "<ins>加严监管</ins>" in page
    national = load_pack("national-2012", 1)
    release_directly(draft("", beginning="copy", change=(BOUNDS, STRICTER)), head)
    found = {sheet.code: sheet.rows for sheet in difference(national, load_pack("330000-2027", 1))}
    assert [row.key for row in found["bounds"]] == ["A", "B"]
    release_directly(draft(code="330000-more"), head)
    more = {sheet.code: sheet.rows for sheet in difference(national, load_pack("330000-more", 1))}
    assert [(row.key, row.state) for row in more["items"]] == [("3a", "added")]
    back = {sheet.code: sheet.rows for sheet in difference(load_pack("330000-more", 1), national)}
    assert [(row.key, row.state) for row in back["items"]] == [("3a", "removed")]
    assert difference(national, national) == []


@pytest.mark.parametrize("address", ["nowhere/", "national-2012/?version=9", "national-2012/difference/?against=x@1"])
def test_what_is_not_there_is_not_found(address: str, reader: Any, signed_in: SignIn) -> None:
    content(signed_in(reader), reverse("pack_list") + address, status=404)


def test_the_way_from_a_draft_to_a_published_pack(writer: Any, head: Any, signed_in: SignIn, bodies: Any) -> None:
    classified(bodies["330402100"], "A", "18", by=writer)
    client = signed_in(writer)
    sent = {"body": "330000", "base": "national-2012@1", "beginning": "extend", "code": "330000-2027", "title": "细则"}
    answer = client.post(reverse("pack_draft_new"), sent)
    draft = PackDraft.objects.get()
    assert answer["Location"] == reverse("pack_draft", args=[draft.pk])
    page = content(client, answer["Location"])
    assert "the pack states no section yet" in page
    text = draft.text.replace("\n", "\r\n") + ADDED
    checked = client.post(answer["Location"], {"text": text, "version": 0, "action": "check"})
    assert "It is not saved yet" in checked.content.decode()
    assert PackDraft.objects.get().text == draft.text
    assert client.post(answer["Location"], {"text": text, "version": 0, "action": "save"}).status_code == 302
    draft.refresh_from_db()
    assert "\r" not in draft.text
    assert (draft.problems, draft.version) == ([], 1)
    for view in ("tables", "difference"):
        assert "企业标准自我声明公开。" in content(client, f"{answer['Location']}?view={view}")
    started = client.post(reverse("rehearsal_new", args=[draft.pk]))
    waiting = content(client, started["Location"])
    assert 'data-ask-again="' in waiting
    assert "http-equiv" in waiting
    run_due_jobs(NOON)
    assert "data-ask-again" not in content(client, started["Location"])
    refused = client.post(
        reverse("pack_draft_publish", args=[draft.pk]), {"publish-reason": REASON, "publish-version": 1}
    )
    assert refused.status_code == 422
    assert "Somebody who did not write the draft must publish it." in refused.content.decode()
    published = signed_in(head).post(
        reverse("pack_draft_publish", args=[draft.pk]), {"publish-reason": REASON, "publish-version": 1}
    )
    assert published["Location"] == reverse("pack_detail", args=["330000-2027"])
    page = content(signed_in(head), published["Location"])
    assert "省局负责人" in page
    assert "330000-2027@1" in page


def test_problems_stand_beside_the_text_with_their_line(writer: Any, signed_in: SignIn, draft: Any) -> None:
    begun = draft()
    text = begun.text.replace("finding", "maybe").replace("330000-2027", EVIL)
    answer = signed_in(writer).post(reverse("pack_draft", args=[begun.pk]), {"text": text, "version": 1})
    assert answer.status_code == 302
    page = content(signed_in(writer), reverse("pack_draft", args=[begun.pk]))
    assert "“maybe” is none of finding, conformity" in page
    assert "<code>answer: maybe</code>" in page
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_a_stale_page_is_told_shows_both_texts_and_saves_on_top(
    writer: Any, signed_in: SignIn, draft: Any, bodies: Any
) -> None:
    begun = draft()
    address = reverse("pack_draft", args=[begun.pk])
    other = make_user("另一人", "platform_admin", bodies["330000"])
    signed_in(other).post(address, {"text": begun.text + "# 别人写的\n", "version": begun.version})
    answer = signed_in(writer).post(address, {"text": begun.text + "# 我写的\n", "version": begun.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "# 别人写的" in page
    assert "# 我写的" in page
    assert answer.context["saved"].name == "另一人"
    assert [(row["mine"], row["theirs"]) for row in answer.context["versions"]] == [("# 我写的", "# 别人写的")]
    begun.refresh_from_db()
    assert begun.text.endswith("# 别人写的\n")
    again = signed_in(writer).post(address, {"text": begun.text + "# 我写的\n", "version": begun.version})
    assert again.status_code == 302


@pytest.mark.parametrize("text", ["x" * 200_001, "a\x00b", "", "[" * 3000, "a: &a b\nc: *a\n"])
def test_no_text_brings_the_page_down(text: str, writer: Any, signed_in: SignIn, draft: Any) -> None:
    begun = draft()
    address = reverse("pack_draft", args=[begun.pk])
    answer = signed_in(writer).post(address, {"text": text, "version": begun.version})
    assert answer.status_code in {302, 422}
    content(signed_in(writer), address)


def test_the_title_of_a_pack_is_never_markup(
    writer: Any, signed_in: SignIn, draft: Any, head: Any, reader: Any
) -> None:
    begun = draft(ADDED.replace("企业标准自我声明公开。", f"'{EVIL.replace(chr(39), chr(39) * 2)}'"))
    text = begun.text.replace('title: "浙江省分类细则"', f"title: '{EVIL.replace(chr(39), chr(39) * 2)}'")
    answer = signed_in(writer).post(reverse("pack_draft", args=[begun.pk]), {"text": text, "version": begun.version})
    assert answer.status_code == 302
    begun.refresh_from_db()
    assert (begun.problems, begun.title) == ([], EVIL)
    release_directly(begun, head)
    for address in (
        reverse("pack_list"),
        reverse("pack_detail", args=["330000-2027"]),
        reverse("pack_difference", args=["330000-2027"]),
    ):
        page = content(signed_in(reader), address)
        assert "<script>alert" not in page
    for view in ("text", "tables", "difference"):
        assert "<script>alert" not in content(
            signed_in(writer), f"{reverse('pack_draft', args=[begun.pk])}?view={view}"
        )


def test_a_release_nobody_can_read_is_told_of_and_hides_nothing(
    draft: Any, head: Any, signed_in: SignIn, reader: Any
) -> None:
    release_directly(draft(), head, text="pack: [")
    page = content(signed_in(reader), reverse("pack_list"))
    assert "330000-2027@1" in page
    assert "national-2012" in page


def test_who_may_do_what(draft: Any, bodies: Any, signed_in: SignIn, head: Any) -> None:
    begun = draft()
    address = reverse("pack_draft", args=[begun.pk])
    for role, body in (("platform_admin", "330400"), ("inspector", "330402"), ("body_head", "000000")):
        stranger = signed_in(make_user(f"外人{role}", role, bodies[body]))
        for name in ("pack_draft", "rehearsal_new", "pack_draft_publish", "pack_draft_abandon"):
            url = reverse(name, args=[begun.pk])
            assert stranger.post(url, {"text": "x", "version": 0, "reason": REASON}).status_code == 404
        assert stranger.get(address).status_code == 404
    client = signed_in(head)
    page = content(client, address)
    assert "Save and check" not in page
    assert client.post(address, {"text": "x", "version": begun.version}).status_code == 403
    assert client.get(reverse("pack_draft_new")).status_code == 403
    begun.refresh_from_db()
    assert begun.text != "x"


# --- rehearsals ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rehearsed(draft: Any, bodies: Any, writer: Any) -> Rehearsal:
    """Two of Nanhu and one of Xiuzhou would fall from A to B."""
    for number, code in enumerate(("330402100", "330402101", "330411100")):
        classified(bodies[code], "A", "18", name=f"=cmd|电器{number}厂", by=writer)
    begun = draft("", beginning="copy", change=(BOUNDS, STRICTER))
    rehearsal = start_rehearsal(draft_id=begun.pk, acting=acting(writer))
    while run_due_jobs(NOON):
        pass
    rehearsal.refresh_from_db()
    return rehearsal


def test_the_table_is_counted_filtered_and_grounded(rehearsed: Any, signed_in: SignIn, writer: Any) -> None:
    client, address = signed_in(writer), reverse("rehearsal_detail", args=[rehearsed.pk])
    page = content(client, address)
    assert "3 of 3 judged would change" in page
    assert page.count("电器0厂") == 2  # class and mode
    assert "94.74%" in page
    for query, found in (
        ("what=class", 3), ("what=mode", 3), ("what=class&before=A&after=B", 3), ("what=class&before=B&after=A", 0),
        ("area=330402", 4), ("q=电器2", 2), ("what=nonsense", 6), ("area=nowhere", 6),
    ):  # fmt: skip
        assert client.get(f"{address}?{query}").context["page"].paginator.count == found, query


def test_the_workbook_holds_what_the_filter_shows_and_no_formula(
    rehearsed: Any, signed_in: SignIn, writer: Any
) -> None:
    answer = signed_in(writer).get(reverse("rehearsal_export", args=[rehearsed.pk]) + "?what=class&area=330402")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert rows[1][1].startswith("=cmd|")
    assert rows[1][4:6] == ["A", "B"]
    assert "备注（二）" in rows[1][6]
    assert AuditEvent.objects.get(action="exported.rehearsal").data["rows"] == 2


def test_a_rehearsal_is_for_those_who_draft_or_publish(rehearsed: Any, signed_in: SignIn, bodies: Any) -> None:
    county = make_user("县管理员", "platform_admin", bodies["330402"])
    for name in ("rehearsal_detail", "rehearsal_export"):
        assert signed_in(county).get(reverse(name, args=[rehearsed.pk])).status_code == 404
    assert signed_in(county).post(reverse("rehearsal_stop", args=[rehearsed.pk])).status_code == 404
    publisher = make_user("只发布", "body_head", bodies["330000"])
    assert signed_in(publisher).get(reverse("rehearsal_detail", args=[rehearsed.pk])).status_code == 200


def test_pages_cost_as_many_queries_with_many_rows(rehearsed: Any, signed_in: SignIn, writer: Any, head: Any) -> None:
    client = signed_in(writer)
    addresses = [reverse("rehearsal_detail", args=[rehearsed.pk]), reverse("pack_list")]

    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = [asked(address) for address in addresses]
    RehearsedChange.objects.filter(enterprise__name__endswith="2厂").delete()
    for number in range(3):
        draft = PackDraft.objects.get(pk=rehearsed.draft_id)
        draft.pk, draft.code = None, f"330000-x{number}"
        draft.text = draft.text.replace("330000-2027", draft.code)
        draft.save(force_insert=True)
        release_directly(draft, head)
    assert PackRelease.objects.count() == 3
    assert [asked(address) for address in addresses] == few
