"""Put the file of a case together: a durable job in short legs, each paper made ready once, joined at the end.

A leg makes some papers ready, saves each with the cursor, and hands on to the next; the last one joins them. A worker
that dies loses the paper in hand. What is built is frozen when it is asked for, so equal cases give equal bytes.
"""

import functools
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.parts import holds
from cases.models import Case
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.jobs import enqueue, job_handler
from cases.services.lifecycle import lock_case
from notices.guards.case_file import may_build
from notices.models import CaseFile
from notices.models.case_file import case_file_path
from notices.rules.file_order import VOLUMES
from notices.services.case_file_contents import contents_of, hash_of
from notices.services.case_file_parts import REASONS, in_memory, is_whole, opened, prepare, print_facts

if TYPE_CHECKING:
    from notices.pdf.join import Piece, Volume

JOB: Final = "notices.case_file"
LEG: Final = 25
"""Papers of one job: short enough that a crash costs little, and that other jobs get their turn."""
LEASE: Final = timedelta(minutes=15)
State = CaseFile.State


class _OvertakenError(Exception):
    """Another worker made this paper ready, or the building is over."""


@transaction.atomic
def build_case_file(*, case_id: int, acting: Acting) -> CaseFile:
    """Have the file put together in the background; a complete one of the same state is answered as it is. Blocked."""
    case = lock_case(case_id)
    require(may_build(case, acting))
    contents = contents_of(case)
    known = CaseFile.objects.filter(case=case, state=State.DONE, contents_sha256=hash_of(contents)).last()
    if known and is_whole(known.file.name, known.sha256):
        return known
    case_file = CaseFile.objects.create(
        case=case,
        contents=contents,
        contents_sha256=hash_of(contents),
        total=sum(len(volume["items"]) for volume in contents["volumes"]),
        asked_by=acting.person,
        asked_at=acting.at,
    )
    data = {"case_file": case_file.pk, "papers": case_file.total, "contents": case_file.contents_sha256}
    record_on_case(case, "case_file.asked", acting, data)
    _next_leg(case_file, acting.at)
    return case_file


@transaction.atomic
def record_download(*, case_file: CaseFile, acting: Acting) -> None:
    """Tell the trail who took the file away. Blocked."""
    case = lock_case(case_file.case_id)
    require([holds(acting, "view_case", case.territorial_body)])
    record_on_case(case, "case_file.downloaded", acting, {"case_file": case_file.pk, "sha256": case_file.sha256})


def is_current(case_file: CaseFile, case: Case) -> bool:
    """Whether the case still stands as it did when this file was asked for."""
    return hash_of(contents_of(case)) == case_file.contents_sha256


# --- the job ---------------------------------------------------------------------------------------------------------


@job_handler(JOB, lease=LEASE)
def case_file_job(payload: dict[str, Any]) -> dict[str, Any]:
    """One leg: papers made ready, or all of them joined."""
    return build_leg(payload["case_file"])


@case_file_job.on_done
def leg_done(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Hand on to the next leg, or finish, or say what stops it."""
    case_file = CaseFile.objects.select_related("case__body").get(pk=payload["case_file"])
    if case_file.over:
        return
    if result.get("more"):
        _next_leg(case_file, at)
    elif refused := result.get("refused"):
        _end(case_file, at, state=State.FAILED, failure=refused)
    elif joined := result.get("joined"):
        _complete(case_file, joined, at)


@case_file_job.on_given_up
def building_given_up(payload: dict[str, Any], error: str, at: datetime) -> None:
    """The job died or was cancelled: say so on its page."""
    case_file = CaseFile.objects.get(pk=payload["case_file"])
    if not case_file.over:
        _end(case_file, at, state=State.FAILED, failure={"code": "broken_off"})


@case_file_job.on_retry
def building_retried(payload: dict[str, Any], at: datetime) -> None:
    """Somebody starts the dead job anew: it goes on from its cursor, unless another was asked for meanwhile."""
    failed = CaseFile.objects.select_related("case").get(pk=payload["case_file"])
    if CaseFile.objects.filter(case=failed.case, state__in=[State.WAITING, State.RUNNING]).exists():
        raise RuleError("case_file_running", "The file of this case is being put together by another job already.")
    rows = CaseFile.objects.filter(pk=failed.pk, state=State.FAILED)
    rows.update(state=State.WAITING, finished_at=None, failure={})


def build_leg(case_file_id: int, papers: int = LEG) -> dict[str, Any]:
    """Make the next papers ready, or join them where all are; what is over is left as it is."""
    CaseFile.objects.filter(pk=case_file_id, state=State.WAITING).update(state=State.RUNNING)
    case_file = CaseFile.objects.get(pk=case_file_id)
    if case_file.over:
        return {}
    items = [item for volume in case_file.contents["volumes"] for item in volume["items"]]
    if case_file.done == len(items):
        return {"joined": _join(case_file)}
    try:
        for place in range(case_file.done, min(case_file.done + papers, len(items))):
            _save(case_file, prepare(case_file, place, items[place]).as_dict())
    except _OvertakenError:
        return {}
    except RuleError as refused:
        return {"refused": {"code": refused.code, **refused.details}}
    return {"more": True}


def _save(case_file: CaseFile, part: dict[str, Any]) -> None:
    """The paper and the cursor, together, only from where this worker began."""
    begun = CaseFile.objects.filter(pk=case_file.pk, done=case_file.done, state=State.RUNNING)
    parts = [*case_file.parts, part]
    if not begun.update(done=case_file.done + 1, parts=parts):
        raise _OvertakenError
    case_file.done, case_file.parts = case_file.done + 1, parts


def _next_leg(case_file: CaseFile, at: datetime) -> None:
    key = f"case_file:{case_file.pk}:{case_file.done}"
    enqueue(kind=JOB, payload={"case_file": case_file.pk}, key=key, at=at)


def _end(case_file: CaseFile, at: datetime, **changes: Any) -> None:
    CaseFile.objects.filter(pk=case_file.pk).update(finished_at=at, **changes)


def _complete(case_file: CaseFile, joined: Mapping[str, Any], at: datetime) -> None:
    case = lock_case(case_file.case_id)
    _end(case_file, at, state=State.DONE, **joined)
    told = {"case_file": case_file.pk, **{name: joined[name] for name in ("sha256", "size", "pages")}}
    record_on_case(case, "case_file.built", Acting(user=None, at=at), told)
    transaction.on_commit(functools.partial(_forget_parts, case_file), robust=True)


def _forget_parts(case_file: CaseFile) -> None:
    """Sheets printed for this building are in the file now."""
    for part in case_file.parts:
        if part["file"].startswith(f"case_files/parts/{case_file.pk}/"):
            default_storage.delete(part["file"])


# --- joining ---------------------------------------------------------------------------------------------------------


def _join(case_file: CaseFile) -> dict[str, Any]:
    """Print what depends on the pages, join everything, and put the bytes where their hash says."""
    from notices.pdf.join import join

    contents = case_file.contents
    with tempfile.TemporaryFile() as out:
        joined = join(
            list(_volumes(case_file)),
            cast(BinaryIO, out),
            title=f"{contents['number']} 案卷",
            author=contents["organ"],
            identity=case_file.contents_sha256,
        )
        path = case_file_path(CaseFile(sha256=joined.sha256), "")
        if not is_whole(path, joined.sha256):
            default_storage.delete(path)
            out.seek(0)
            path = default_storage.save(path, File(out))
    return {"file": path, "sha256": joined.sha256, "size": joined.size, "pages": joined.pages}


def _volumes(case_file: CaseFile) -> Sequence["Volume"]:
    """Both volumes, each with its cover, index and end sheet round its papers."""
    from notices.pdf.join import Volume

    parts, volumes = iter(case_file.parts), []
    for volume in case_file.contents["volumes"]:
        papers = [(item, next(parts)) for item in volume["items"]]
        title = VOLUMES[volume["code"]]
        volumes.append(Volume(title, title[0], _pieces(case_file.contents, title, papers)))
    return volumes


def _pieces(contents: Mapping[str, Any], title: str, papers: Sequence[tuple[Any, Any]]) -> list["Piece"]:
    """The number of pages of the index depends on nothing but its rows, so one more printing settles the numbers."""
    from notices.pdf.join import Piece

    index, length = _index(contents, title, papers, 1)
    if length > 1:
        index, length = _index(contents, title, papers, length)
    pages = 1 + length + sum(part["pages"] for _item, part in papers) + 1
    return [
        Piece("卷宗封面", functools.partial(in_memory, _cover(contents, title, len(papers), pages))),
        Piece("卷内文件目录", functools.partial(in_memory, index)),
        *(_piece(item, part) for item, part in papers),
        Piece("备考表", functools.partial(in_memory, _end_sheet(contents, title, papers, pages))),
    ]


def _piece(item: Mapping[str, Any], part: Mapping[str, Any]) -> "Piece":
    """An issued document is carried along whole besides, with its signature and its data."""
    from notices.pdf.join import Piece

    original = item["source"]["name"] if item["source"]["type"] == "document" else ""
    title = " ".join(filter(None, (item["title"], item["number"] if original else "")))
    return Piece(title, functools.partial(opened, part["file"]), original)


def _index(
    contents: Mapping[str, Any], title: str, papers: Sequence[tuple[Any, Any]], length: int
) -> tuple[bytes, int]:
    """卷内文件目录, if it takes `length` pages itself; the cover is page one."""
    page, rows = 1 + length + 1, []
    for count, (item, part) in enumerate(papers, 1):
        row = {name: item[name] for name in ("number", "by", "title", "on")}
        rows.append({**row, "count": count, "page": page, **_remark(item, part)})
        page += part["pages"]
    common = {name: contents[name] for name in ("organ", "number", "date")}
    return print_facts("case_file_index", {**common, "volume": title, "rows": rows})


def _remark(item: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, str]:
    """What could not be printed, or is void, says so in the index itself."""
    if part["reason"]:
        sha256 = item["source"]["sha256"]
        return {"detail": f"{REASONS[part['reason']]}SHA-256：{sha256}", "remark": "未打印"}
    return {"detail": item["detail"], "remark": "作废" if item["detail"] else ""}


def _cover(contents: Mapping[str, Any], title: str, papers: int, pages: int) -> bytes:
    cover = contents["cover"]
    archived = cover["archive_number"]
    number = f"{archived}{title}" if archived else "归档后编定"
    facts = {**cover, "volume": title, "archive_number": number, "papers": papers, "pages": pages}
    return print_facts("case_file_cover", facts)[0]


def _end_sheet(contents: Mapping[str, Any], title: str, papers: Sequence[tuple[Any, Any]], pages: int) -> bytes:
    absent: dict[str, list[int]] = {}
    for count, (_item, part) in enumerate(papers, 1):
        if part["reason"]:
            absent.setdefault(REASONS[part["reason"]], []).append(count)
    statements = [f"本卷共{len(papers)}件{pages}页，自封面起连续编页，目录所列页号与页上所编一致。"]
    if absent:
        number = sum(map(len, absent.values()))
        statements.append(f"其中{number}件未能打印，已以说明页代替，原件的SHA-256见目录：")
    statements += [f"第{'、'.join(map(str, counts))}件：{reason}" for reason, counts in absent.items()]
    if contents["drafts"]:
        statements.append(f"另有{contents['drafts']}份文书尚未签发，未列入案卷。")
    common = {name: contents[name] for name in ("organ", "number", "date", "filed_by")}
    return print_facts("case_file_end", {**common, "volume": title, "statements": statements})[0]
