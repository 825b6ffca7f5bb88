#!/usr/bin/env python
"""Write docs/assumptions.md: every value no source fixes, from the packs themselves.

Run after changing a pack: `.venv/bin/python bin/build_assumptions.py`; `tests/docs` fails while it is out of date.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cases.packs.loader import Pack, available_packs, load_deadline_rules, load_pack  # noqa: E402
from cases.packs.settings import open_settings  # noqa: E402
from cases.rules.deadlines import DeadlineRule  # noqa: E402
from cases.rules.risk_level import LEVEL_NAMES  # noqa: E402

TARGET = ROOT / "docs" / "assumptions.md"
MARKED = ("cases/packs/rulesets", "notices/packs")
TAGS = ("[A]", "[R]")
UNITS = {"working_day": "working days", "day": "days", "month": "months"}

HEAD = """# Assumptions: what no source fixes

Written by `bin/build_assumptions.py` from the packs; do not edit. **[A]** is an assumption or a default of design,
**[R]** is recalled and was not checked against the text. Nothing here is law; whoever runs the system should put
their own values in the place of ours, or confirm them.

Where a value can be set per body, it holds for the body and everything below it, the nearest body wins, and a change
reaches only what starts afterwards.
"""

SETTINGS = """
## Settings

From `cases/packs/settings.yaml`. Each can be set per body on the page Settings › Assumptions (permission
`manage_people`, with a reason); `calendar.warn_from` is the same for the whole house.
"""

PERIODS = """
## Periods

From `cases/packs/deadlines.yaml`. Each can be set per body on the page Settings › Deadlines (key
`deadline.<code>.amount`, permission `manage_people`, with a reason). The days of reminders are assumptions for every
rule of the file, also for those whose period is law.
"""

PACKS = """
## Settings of the rule packs

From `cases/packs/rulesets/`. They belong to a version of a pack: to change one, publish a new version, for a case keeps
the version it was decided by. What a pack takes over from the one it extends stands once.
"""

RISKS = """
## What counts as a larger or a major risk

From the section `risk_levels` of the packs; the act speaks of larger and major risks and defines neither. What a pack
takes over from the one it extends stands once.
"""

OTHERS = """
## Further marked places

Lines of the packs that carry a tag beside a value.
"""


def table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    titles = list(header)
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return "\n" + "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ").strip() or "–"


def setting_rows() -> Iterator[tuple[Any, ...]]:
    for entry in open_settings().values():
        shown = ", ".join(map(str, entry.default)) if isinstance(entry.default, list) else entry.default
        yield f"`{entry.key}`", shown, entry.tag, entry.zh, entry.en, entry.basis


def period_rows() -> Iterator[tuple[Any, ...]]:
    for rule in load_deadline_rules().values():
        if rule.settable:
            tags = " ".join(f"[{tag}]" for tag in rule.source_tag.split(", ") if tag in ("A", "R"))
            yield f"`{rule.code}`", rule.title, rule.title_en, _period(rule), tags, rule.basis


def _period(rule: DeadlineRule) -> str:
    text = f"{rule.amount} {UNITS[rule.unit]}"
    if rule.sense == "not_before":
        text = f"not before {text}"
    elif rule.sense == "lead":
        text = f"{text} ahead"
    elif rule.sense == "recurring":
        text = f"every {text}"
    elif rule.sense == "retention":
        text = f"keep {text}"
    if rule.extendable:
        text += f", extended {rule.max_extensions}× by up to {rule.max_extension} {UNITS[rule.extension_unit]}"
        text += f", asked {rule.ask_before} days before" if rule.ask_before else ""
    return text


def pack_rows() -> Iterator[tuple[Any, ...]]:
    for code, version in available_packs():
        pack = load_pack(code, version)
        inherited = load_pack(pack.extends).settings if pack.extends else {}
        for setting in pack.settings.values():
            if setting.assumption and inherited.get(setting.key) != setting:
                yield f"{code}@{version}", f"`{setting.key}`", setting.value, setting.clause, setting.note


def risk_notes() -> Iterator[str]:
    for pack in _own_risks():
        assert pack.risk_levels is not None
        yield f"\n{pack.code}@{pack.version}: {pack.risk_levels.note}\n"


def risk_rows() -> Iterator[tuple[Any, ...]]:
    for pack in _own_risks():
        assert pack.risk_levels is not None
        for kind in pack.risk_levels.kinds.values():
            raised = "；".join(f"{LEVEL_NAMES[each.level]}：{each.text}" for each in kind.raisings)
            yield f"{pack.code}@{pack.version}", kind.text, LEVEL_NAMES[kind.level], raised, kind.source_tag


def _own_risks() -> Iterator[Pack]:
    """The packs that state the section themselves."""
    for code, version in available_packs():
        pack = load_pack(code, version)
        inherited = load_pack(pack.extends).risk_levels if pack.extends else None
        if pack.risk_levels is not None and pack.risk_levels != inherited:
            yield pack


def marked_rows() -> Iterator[tuple[str, str]]:
    for folder in MARKED:
        for path in sorted((ROOT / folder).glob("*.yaml")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if any(tag in line for tag in TAGS):
                    yield f"`{path.relative_to(ROOT).as_posix()}`", line.strip().removeprefix("# ")


def assumptions_text() -> str:
    """The whole file."""
    return "".join(
        [
            HEAD,
            SETTINGS,
            table(("Key", "Default", "Tag", "中文", "Meaning", "Basis"), setting_rows()),
            PERIODS,
            table(("Rule", "中文", "Meaning", "Default", "Tag", "Basis"), period_rows()),
            PACKS,
            table(("Pack", "Key", "Value", "Clause", "Note"), pack_rows()),
            RISKS,
            *risk_notes(),
            table(("Pack", "Event", "Counts as", "Raised by", "Source"), risk_rows()),
            OTHERS,
            table(("File", "Line"), marked_rows()),
        ]
    )


if __name__ == "__main__":
    TARGET.write_text(assumptions_text(), encoding="utf-8")
