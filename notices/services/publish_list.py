"""Publish a list of units as a document with a number and a version (38号 三 “年度名单”; 试行办法 第十八条（四）2)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.models import Body
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.services.jobs import enqueue, job_handler
from cases.services.numbers import next_number
from notices.guards.editions import may_publish
from notices.models import EditionFile, ListEdition, PublishedList
from notices.pdf.checks import printable_facts
from notices.pdf.facts import ListFacts, ListRow
from notices.rules.numbering import document_number
from notices.selectors.editions import rows_of_list
from notices.services.facts.stamp import seal_of
from notices.services.numbering import new_verify_code, prefix_of, verify_url
from notices.services.render_document import put_away
from notices.services.sign_document import sign_edition_when_configured
from notices.services.stored_pdf import keep_printed

JOB: Final = "notices.render_list"
SUFFIX: Final = "名单"
TEMPLATE: Final = "2026.2"
KINDS: Final[Mapping[str, str]] = {"production": "生产单位", "sales": "销售单位", "": "单位"}
LEVELS: Final[Mapping[str, str]] = {"key": "重点监管", "special": "特别监管"}
BASES: Final[Mapping[str, str]] = {
    PublishedList.SUPERVISION: "国市监质监发〔2023〕38号 三",
    PublishedList.KEY_ENTERPRISES: "工业企业产品质量分类监管试行办法 第十八条（四）2",
    PublishedList.BLACKLIST: "嘉市监〔2020〕40号 四（二）",
    PublishedList.TRUSTED: "嘉市监〔2020〕40号 四（二）",
}


@dataclass(frozen=True, slots=True)
class WhichList:
    """A list: the four yearly ones of 38号 have a kind and a level, the others neither."""

    list: str
    year: int
    kind: str = ""
    level: str = ""

    @property
    def title(self) -> str:
        """As printed: 2026年度重点监管生产单位名单."""
        if self.list == PublishedList.SUPERVISION:
            return f"{self.year}年度{LEVELS[self.level]}{KINDS[self.kind]}名单"
        names = {
            PublishedList.KEY_ENTERPRISES: "本辖区重点监管企业名单",
            PublishedList.BLACKLIST: "产品质量安全黑名单",
            PublishedList.TRUSTED: "放心消费单位名单",
        }
        return f"{self.year}年度{names[PublishedList(self.list)]}"


@dataclass(frozen=True, slots=True)
class PlannedEdition:
    """What would be published now: the list without its number, and the edition it would follow."""

    facts: ListFacts
    last: ListEdition | None
    seen: str
    """Hash of the rows and their reach: whoever publishes says that these are the rows they have looked at."""

    @property
    def version(self) -> int:
        return self.last.version + 1 if self.last is not None else 1


def plan_edition(*, body: Body, which: WhichList, internal: bool = True, acting: Acting) -> PlannedEdition:
    """The list as it would be published, for whoever looks before.

    RuleError: `list_unknown`, `stays_internal`, `nobody_listed` (no unit stands on it, and no edition says otherwise),
    `unchanged` (the last edition says the same); Blocked.
    """
    require(may_publish(body, acting))
    _check(which, internal)
    facts = _facts(body, which, internal, acting)
    last = _last_edition(body, which)
    _require_rows(last, facts)
    _require_news(last, facts)
    return PlannedEdition(facts, last, _content_of(facts))


@transaction.atomic
def publish_list(
    *, body: Body, which: WhichList, internal: bool = True, seen: str | None = None, acting: Acting
) -> ListEdition:
    """Freeze the list as it stands today, under the next number of the body and the next version of this list.

    RuleError: those of `plan_edition`, `list_changed` where its rows are no longer those `seen`; MissingGlyph before a
    number is taken; Blocked.
    """
    body = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)  # one publisher of a body at a time
    planned = plan_edition(body=body, which=which, internal=internal, acting=acting)
    if seen is not None and seen != planned.seen:
        raise RuleError("list_changed", "The list has changed since you looked at it: check it again.")
    code = new_verify_code()
    blank, version = replace(planned.facts, verify_url=verify_url(code)), planned.version
    year = acting.today.year
    prefix = prefix_of(body, SUFFIX)
    printable_facts(replace(blank, number=document_number(prefix, year, 1), version=version).to_json())
    number = document_number(prefix, year, next_number(purpose="list_edition", body=body, year=year))
    edition = ListEdition.objects.create(
        list=which.list,
        body=body,
        year=which.year,
        kind=which.kind,
        level=which.level,
        version=version,
        number=number,
        verify_code=code,
        internal=internal,
        facts=printable_facts(replace(blank, number=number, version=version).to_json()),
        entries=len(blank.rows),
        content_sha256=_content_of(blank),
        template_version=TEMPLATE,
        published_by=acting.person,
        published_at=acting.at,
        published_on=acting.today,
    )
    enqueue(kind=JOB, payload={"edition": edition.pk}, key=f"list_edition:{edition.pk}", at=acting.at)
    data = {"edition": edition.pk, "number": number, "version": version, "list": which.list, "year": which.year}
    data |= {"kind": which.kind, "level": which.level, "entries": len(blank.rows), "internal": internal}
    record(stream=f"lists:{body.code}", action="list.published", acting=acting, body=body, data=data)
    return edition


def _last_edition(body: Body, which: WhichList) -> ListEdition | None:
    editions = ListEdition.objects.filter(body=body, list=which.list, year=which.year)
    return editions.filter(kind=which.kind, level=which.level).order_by("-version").first()


def _content_of(facts: ListFacts) -> str:
    """What two editions of a list would differ by: the rows, and whether they may leave the house."""
    stated = facts.to_json()
    return hashlib.sha256(json.dumps([stated["rows"], stated["internal"]], ensure_ascii=False).encode()).hexdigest()


def _require_rows(last: ListEdition | None, facts: ListFacts) -> None:
    """No rule asks for a nil list; an empty edition only takes back what the last one named."""
    if not facts.rows and (last is None or not last.entries):
        raise RuleError("nobody_listed", "No unit stands on this list: there is nothing to publish.")


def _require_news(last: ListEdition | None, facts: ListFacts) -> None:
    if last is not None and last.content_sha256 == _content_of(facts):
        raise RuleError(
            "unchanged", "Nothing has changed since edition %(number)s.", BASES[last.list], number=last.number
        )


def _check(which: WhichList, internal: bool) -> None:
    of_38 = which.list == PublishedList.SUPERVISION
    known = which.list in PublishedList.values and 2000 <= which.year <= 2099
    if not known or (of_38 and (which.kind not in ("production", "sales") or which.level not in LEVELS)):
        raise RuleError("list_unknown", "There is no such list.", BASES[PublishedList.SUPERVISION])
    if not internal and which.list != PublishedList.BLACKLIST:
        raise RuleError(
            "stays_internal",
            "This list follows from class and risk results, which are not public.",
            "工业企业产品质量分类监管试行办法 第十三条",
        )


def _facts(body: Body, which: WhichList, internal: bool, acting: Acting) -> ListFacts:
    """The list as it stands, without number."""
    seal, image = seal_of(body)
    rows = rows_of_list(body, which.list, which.year, which.kind, which.level)
    return ListFacts(
        title=which.title,
        organ=body.name,
        number="",
        version=1,
        as_at=acting.today,
        basis=BASES[which.list],
        rows=tuple(ListRow(**row) for row in rows),
        internal=internal,
        date=acting.today,
        seal=seal,
        seal_image=image,
    )


@job_handler(JOB, lease=timedelta(minutes=15), max_attempts=5)
def render_list(payload: dict[str, Any]) -> dict[str, Any]:
    """Print the edition from its frozen facts; run twice, the same bytes lie in the same place."""
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    edition = ListEdition.objects.get(pk=payload["edition"])
    return put_away(render("unit_list", edition.facts, edition.template_version))


@render_list.on_done
def keep_edition_file(payload: dict[str, Any], result: dict[str, Any], at: datetime) -> None:
    """Tie the bytes to the edition, once, and have them signed; a second printing must have given the same bytes."""
    edition = ListEdition.objects.select_for_update(of=("self",)).get(pk=payload["edition"])
    kept = EditionFile.objects.filter(edition=edition).first()
    if keep_printed(kept, EditionFile(edition=edition, created_at=at), result):
        sign_edition_when_configured(edition, at)
