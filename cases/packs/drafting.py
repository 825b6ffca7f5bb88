"""The text of a rule pack that a body drafts: how it is begun from another, and what a body may state in one.

A place may add to and refine what the nation says, never drop any of it (《通用规则》备注（三）). Its packs hold within
its own region, and their code says whose they are.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.packs.marked import Faults, Table, Value, read_document
from cases.packs.rule_pack import HEADER, SECTIONS, Pack, pack_of, region_stem

NATION: Final = "000000"
LONGEST_CODE: Final = 32
LONGEST_TITLE: Final = 120
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REGION: Final = re.compile(r"[0-9]{6}([0-9]{3})?")
_REF: Final = re.compile(r"[^@]+@[1-9][0-9]*")

Known = Mapping[tuple[str, int], Pack]

SKELETON: Final = """\
pack: {code}
version: {version}
title: {title}
title_en: {title}
act: {title}
jurisdiction: "{jurisdiction}"
effective_from: {effective_from}
source: A
extends: {base}

# Everything the pack above says holds, unless a section here says otherwise. Items may be added:
#
# items_added:
#   - number: "3a"
#     parent: "3"
#     text: 企业标准自我声明公开。
#     answer: conformity
#     starred: false
#
# settings:
#   - {{key: tie_rule, value: worse, assumption: true, source: A, clause: 备注（二）, note: 正好90%或60%时按较差类别}}
"""


def sha256_of(text: str) -> str:
    """Fingerprint of a draft's text: what was validated and rehearsed is what is published."""
    return hashlib.sha256(text.encode()).hexdigest()


def next_version(code: str, known: Known) -> int:
    """The version that the next release of a code must bear."""
    return max((version for name, version in known if name == code), default=0) + 1


@dataclass(frozen=True, slots=True)
class Beginning:
    """The head of a new draft."""

    code: str
    version: int
    title: str
    jurisdiction: str
    effective_from: date

    @property
    def quoted_title(self) -> str:
        return json.dumps(self.title, ensure_ascii=False)


def extending_text(base: Pack, head: Beginning) -> str:
    """A short text that adds to `base` and says nothing else yet."""
    return SKELETON.format(
        code=head.code,
        version=head.version,
        title=head.quoted_title,
        jurisdiction=head.jurisdiction,
        effective_from=head.effective_from.isoformat(),
        base=base.ref,
    )


def copied_text(text: str, base: Pack, head: Beginning) -> str:
    """The whole text of `base` under another head, comments kept; what it extends is named with its version.

    A copy of a national pack for a place extends the national one: it may restate it, and drop nothing.
    """
    lines = {"pack": head.code, "version": str(head.version), "jurisdiction": f'"{head.jurisdiction}"'}
    if head.code != base.code:
        lines |= dict.fromkeys(("title", "title_en"), head.quoted_title)  # the act stays that of the text copied
    for key, value in {**lines, "effective_from": head.effective_from.isoformat()}.items():
        text = _with_line(text, key, value)
    text = re.sub(r"(?m)^effective_to:.*\n", "", text, count=1)
    if base.extends:
        return _with_line(text, "extends", base.base_ref)
    if base.jurisdiction == NATION != head.jurisdiction:
        return re.sub(r"(?m)^(effective_from:.*)$", rf"\1\nextends: {base.ref}", text, count=1)
    return text


def _with_line(text: str, key: str, value: str) -> str:
    """The text with another value of a key of its head."""
    return re.sub(rf"(?m)^{key}:.*$", lambda _found: f"{key}: {value}", text, count=1)


def read_draft(text: str, *, known: Known, region: str) -> Pack:
    """The pack a draft of the body of `region` states. PackError with everything that is wrong in it."""
    place = read_document(text, "draft")
    document = place.table(HEADER, SECTIONS)
    faults = Faults()
    pack = faults.attempt(lambda: pack_of(place, known), None)
    if pack is None and not faults.found:
        faults.attempt(lambda: document["extends"].refuse("it extends a pack that does not exist"), None)
    faults.attempt(lambda: _require_own_code(document["pack"], known, region), None)
    faults.attempt(lambda: _require_place(document["jurisdiction"], region), None)
    faults.attempt(lambda: _require_short(document["title"]), None)
    if pack is not None:
        faults.attempt(lambda: _require_succession(document, pack, known), None)
        faults.attempt(lambda: _require_base(document, pack, known), None)
        faults.attempt(lambda: _require_content(document), None)
    faults.require_none()
    assert pack is not None
    return pack


def _require_own_code(place: Value, known: Known, region: str) -> None:
    """A code is its owner's: it begins with the region, or is that of a pack that is the region's already."""
    code = place.text()
    if len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        place.refuse("a code has small letters, digits and hyphens, %(most)s at most", most=LONGEST_CODE)
    own = {pack.jurisdiction for (name, _), pack in known.items() if name == code} == {region}
    if not own and not code.startswith(f"{region}-"):
        place.refuse("the code of a new pack must begin with %(region)s-", region=region)


def _require_short(title: Value) -> None:
    if len(title.text()) > LONGEST_TITLE:
        title.refuse("text has more than %(most)s characters", most=LONGEST_TITLE)


def _require_place(place: Value, region: str) -> None:
    code = place.text()
    if not _REGION.fullmatch(code):
        place.refuse("“%(value)s” is not a region code", value=code)
    if not code.startswith(region_stem(region)):
        place.refuse("the jurisdiction must lie within %(region)s", region=region)


def _require_succession(document: Table, pack: Pack, known: Known) -> None:
    """Versions count on, and begin one after the other, so that on any day one of them is in force."""
    expected = next_version(pack.code, known)
    if pack.version != expected:
        document["version"].refuse("the next version of %(pack)s is %(version)s", pack=pack.code, version=expected)
    before = known.get((pack.code, expected - 1))
    if before is not None and pack.effective_from <= before.effective_from:
        document["effective_from"].refuse(
            "it must begin after version %(version)s, which begins on %(day)s",
            version=before.version,
            day=before.effective_from.isoformat(),
        )


def _require_base(document: Table, pack: Pack, known: Known) -> None:
    """What it extends is named with its version, holds where it holds, and is the nation's where there is a form."""
    base = known.get((pack.extends, pack.extends_version))
    if base is not None:
        if not _REF.fullmatch(document["extends"].text()):
            document["extends"].refuse("name the version it extends, too: %(ref)s", ref=base.ref)
        if not base.reaches(pack.jurisdiction):
            document["extends"].refuse("%(ref)s does not hold in %(region)s", ref=base.ref, region=pack.jurisdiction)
    if pack.classes is not None and pack.jurisdiction != NATION and not _is_national(base, known):
        place = document.get("classes", lambda value: value, document.place)
        place.refuse("the form of a place must extend the national one (《通用规则》备注（三）)")


def _is_national(base: Pack | None, known: Known) -> bool:
    """Whether the form comes down from a national pack."""
    while base is not None:
        if base.jurisdiction == NATION and base.classes is not None:
            return True
        base = known.get((base.extends, base.extends_version))
    return False


def _require_content(document: Table) -> None:
    if not {key for key, _value in document} - {*HEADER.split(), "effective_to", "note", "extends"}:
        document.place.refuse("the pack states no section yet")
