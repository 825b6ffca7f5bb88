"""One enterprise through the whole main process, with every actor and every letter.

Run as a program (`python -m workflow.demo.walk DIR`) it makes its own tables and plays in whatever database its
environment names: `manage.py walkthrough` gives it a scratch one.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

FIRST_DAY: Final = date(2026, 3, 2)
LAST_DAY: Final = date(2026, 8, 31)
SEED: Final = 33
Say = Callable[[str], None]

STANDING_FAULTS: Final = "3,12"
"""Failing items of the form that make class C: one directional item suffices."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of timeline.json."""

    at: str
    step: str
    title: str
    who: str
    body: str
    outcome: str
    case_status: str
    document: str = ""


def walk(out: Path, say: Say) -> None:
    """Tell the story and leave its documents and its timeline in `out`. The tables must be empty."""
    from django.utils import translation

    with translation.override("zh-hans"):
        lines = _tell(say)
        documents = _leave_documents(out, say)
    timeline = {"steps": [asdict(line) for line in lines], "documents": documents}
    path = out / "timeline.json"
    path.write_text(json.dumps(timeline, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    say(f"\n{path}")


def _tell(say: Say) -> list[Line]:
    from workflow.demo.chronicle import midnight, nightly_sweeps, play, send_reminder_letters
    from workflow.demo.story import run_due_jobs

    story, heads = _prepare(say)
    lines: list[Line] = []

    def keep(line: Line) -> None:
        lines.append(line)
        say(_printed(len(lines), line))

    acts = [
        _acts(story, keep),
        nightly_sweeps(FIRST_DAY, LAST_DAY, run_due_jobs),
        send_reminder_letters(
            signer=heads["wufang"],
            sender=heads["heping"],
            first=FIRST_DAY,
            end=midnight(LAST_DAY),
            patience=1,
            most=1,
            tell=lambda moment, signer, document: keep(_reminded(story, moment, signer, document)),
        ),
    ]
    play(acts)
    return lines


def _prepare(say: Say) -> tuple[Any, dict[str, Any]]:
    """Bodies, people and one enterprise; the story about to begin."""
    from cases.acting import Acting
    from cases.services.load_bodies import load_bodies
    from workflow.demo.casting import cast_of
    from workflow.demo.chronicle import midnight
    from workflow.demo.clock import StoryClock
    from workflow.demo.enterprises import Registrar
    from workflow.demo.people import find_places, settle_people
    from workflow.demo.story import Story

    start = midnight(FIRST_DAY - timedelta(days=30)) + timedelta(hours=9)
    load_bodies(province="33", acting=Acting(None, start))
    places = find_places("33")
    people = settle_people(places, start)
    county = places.counties[0]
    registrar = Registrar(Random(SEED))  # noqa: S311 - an invented enterprise is no secret
    office = places.towns(county)[0]
    while True:
        enterprise = registrar.enter(
            office=office, city=places.city, acting=Acting(people["wangjg"], start), producer=True, honoured=True
        )
        if enterprise.tier in ("B", "C"):
            break
    say(f"{enterprise.name}（{enterprise.uscc}）  {county.name}  {office.name}\n")
    story = Story(
        enterprise=enterprise,
        cast=cast_of(places, county, people),
        clock=StoryClock(FIRST_DAY, midnight(LAST_DAY)),
        outcomes={"inspect": [STANDING_FAULTS]},
        working_days={"decide_grassroots": 9},  # late, so that the city urges the county
    )
    return story, people


def _acts(story: Any, keep: Callable[[Line], None]) -> Iterator[datetime]:
    yield story.clock.now
    case = story.begin()
    first = story.cast.unit_head
    keep(_line(story, story.clock.now, "open_case", "立案（列入年度检查计划）", first, case.number))
    while (item := story.next_item()) is not None:
        story.let_time_pass(item)
        yield story.clock.now
        told = story.do(item)
        keep(_line(story, story.clock.now, told.step.code, str(told.step.title), told.by, _outcome(story, told)))


def _outcome(story: Any, told: Any) -> str:
    """What was decided, in the word of the stored opinion, and a document's number where one was issued."""
    from notices.models import Document

    opinion = story.case.opinions.filter(step=told.step.code).order_by("-pk").first()
    words = [opinion.outcome if opinion else "done"]
    if told.step.code.startswith("issue_"):
        document = Document.objects.filter(case=story.case, issue__isnull=False).order_by("-issue__pk").first()
        words += [document.number] if document else []
    if told.step.code in ("propose_class", "decide_grassroots") and opinion:
        words += [word for word in (opinion.quality_class, opinion.mode) if word]
    return " ".join(words)


def _line(story: Any, at: datetime, step: str, title: str, who: Any, outcome: str, document: str = "") -> Line:
    from cases.acting import LEGAL_ZONE

    story.case.refresh_from_db()
    post = who.posts.select_related("body").order_by("pk").first()
    return Line(
        at=at.astimezone(LEGAL_ZONE).isoformat(),
        step=step,
        title=title,
        who=who.name,
        body=post.body.name if post else "",
        outcome=outcome,
        case_status=story.case.status,
        document=document,
    )


def _reminded(story: Any, moment: datetime, signer: Any, document: Any) -> Line:
    document.refresh_from_db()
    outcome = f"issue {document.number}"
    return _line(
        story, moment, "issue_reminder", f"发出敦促提醒函，致{document.addressee}", signer, outcome, document.number
    )


def _printed(number: int, line: Line) -> str:
    return f"{number:2}. {line.at[:10]} {line.at[11:16]}  {line.body} {line.who}：{line.title} → {line.outcome}"


def _leave_documents(out: Path, say: Say) -> list[dict[str, Any]]:
    """Every issued document as a PDF named by its kind, further ones of a kind counted, with number and hash."""
    from notices.models import Document
    from notices.packs import kind_of
    from notices.selectors.copies import copy_in_force

    say("")
    kept: list[dict[str, Any]] = []
    seen: Counter[str] = Counter()
    issued = Document.objects.filter(issue__isnull=False).select_related("issue", "file", "signature")
    for document in issued.order_by("issue__pk"):
        seen[document.kind] += 1
        further = f"-{seen[document.kind]}" if seen[document.kind] > 1 else ""
        name = f"{kind_of(document.kind).zh}{further}.pdf"
        copy = copy_in_force(document)
        assert copy is not None, f"document {document.pk} is not printed"
        with copy.file.open("rb") as stored:
            (out / name).write_bytes(stored.read())
        say(f"{out / name}  {document.number}")
        kept.append(
            {
                "file": name,
                "kind": document.kind,
                "number": document.number,
                "issued_on": document.issue.issued_on.isoformat(),
                "served_on": document.served_on.isoformat() if document.served_on else None,
                "pages": document.file.pages,
                "sha256": copy.sha256,
            }
        )
    return kept


def main(out: str) -> None:
    """Set Django up over the database of the environment, make its tables, and walk."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    walk(Path(out), lambda text: print(text, flush=True))  # noqa: T201 - a program's output


if __name__ == "__main__":
    main(sys.argv[1])
