"""`manage.py rules NAME`: the law, dry. JSON lines in, JSON lines out; it reads no database and no clock."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.core.management.base import BaseCommand

from cases.packs.loader import Pack, available_packs, load_pack, packaged_calendar
from cases.rules.adjust import demoted_class, reviewed_class
from cases.rules.colour import Palette, colour_of, share_text
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground
from cases.rules.listing import listing_of
from cases.rules.mode import mode_of
from cases.rules.quality_class import class_of
from cases.rules.tier import body_level_of, tier_of
from cases.rules.uscc import check_uscc

Section = TypeVar("Section")
Answer = tuple[dict[str, Any], tuple[Ground, ...]]


@dataclass(frozen=True)
class Question:
    """A question the command answers: its required and optional keys, its default pack, and who answers."""

    required: Mapping[str, str]
    optional: Mapping[str, str]
    pack: str
    answer: Callable[[dict[str, Any], Pack | None], Answer]


def _tier(asked: dict[str, Any], pack: Pack | None) -> Answer:
    table = _section(pack, "tiers", pack.tiers if pack else None)
    tier = tier_of(
        table=table,
        kinds=asked["kinds"],
        headcount=asked["headcount"],
        revenue_wan=asked["revenue_wan"],
        individual_household=asked["individual_household"],
    )
    level = body_level_of(table=table, tier=tier.tier, region=asked["region"])
    stated = {"tier": tier.tier, "body_level": level.body_level, "provisional": tier.provisional}
    return stated, tier.grounds + level.grounds


def _quality_class(asked: dict[str, Any], pack: Pack | None) -> Answer:
    rule = _section(pack, "classes", pack.classes if pack else None)
    outcome = class_of(rule=rule, answers=asked["answers"])
    stated = {
        "quality_class": outcome.quality_class,
        "passes": outcome.passes,
        "total": outcome.total,
        "failed": list(outcome.failed),
        "directional_failed": list(outcome.directional_failed),
    }
    return stated, outcome.grounds


def _mode(asked: dict[str, Any], pack: Pack | None) -> Answer:
    table = _section(pack, "modes", pack.modes if pack else None)
    outcome = mode_of(table=table, quality_class=asked["quality_class"], product_levels=asked["product_levels"])
    return {"mode": outcome.mode, "intensified": outcome.intensified}, outcome.grounds


def _adjust(asked: dict[str, Any], pack: Pack | None) -> Answer:
    rule = _section(pack, "adjustment", pack.adjustment if pack else None)
    if asked["kind"] == "annual":
        _only(asked, {"kind", "previous", "result"}, {"result"})
        outcome = reviewed_class(rule=rule, previous=asked["previous"], result=asked["result"])
    elif asked["kind"] == "event":
        _only(asked, {"kind", "previous", "trigger", "province_failures_3y"}, {"trigger"})
        outcome = demoted_class(
            rule=rule,
            previous=asked["previous"],
            trigger=asked["trigger"],
            province_failures=asked.get("province_failures_3y", 0),
        )
    else:
        raise RuleError("value", "“kind” must be annual or event.", key="kind", allowed=["annual", "event"])
    return {"quality_class": outcome.quality_class, "intensified": outcome.intensified}, outcome.grounds


def _listing(asked: dict[str, Any], pack: Pack | None) -> Answer:
    rule = _section(pack, "listing", pack.listing if pack else None)
    outcome = listing_of(
        rule=rule,
        on=asked["on"],
        major_risks=asked["major_risks"],
        larger_risks=asked["larger_risks"],
        credit_risk=asked["credit_risk"],
        open_risks=asked.get("open_risks", 0),
    )
    return {"level": outcome.level}, outcome.grounds


def _due(asked: dict[str, Any], pack: Pack | None) -> Answer:
    outcome = packaged_calendar().due(asked["start"], asked["amount"], asked["unit"])
    return {"due": outcome.due.isoformat(), "provisional": outcome.provisional}, outcome.grounds


def _uscc(asked: dict[str, Any], pack: Pack | None) -> Answer:
    outcome = check_uscc(asked["code"])
    stated: dict[str, Any] = {"valid": outcome.valid}
    return ({**stated, "reason": outcome.reason} if outcome.reason else stated), outcome.grounds


def _colour(asked: dict[str, Any], pack: Pack | None) -> Answer:
    outcome = colour_of(palette=_palette(asked["palette"], pack), high_risk=asked["high_risk"], total=asked["total"])
    share = None if outcome.share is None else share_text(outcome.share)
    return {"colour": outcome.colour, "share": share}, outcome.grounds


def _section(pack: Pack | None, name: str, section: Section | None) -> Section:
    if section is None:
        code = pack.code if pack else ""
        raise RuleError("pack_section", "Pack “%(pack)s” says nothing on %(section)s.", pack=code, section=name)
    return section


def _palette(code: str, pack: Pack | None) -> Palette:
    """The palette of the pack asked for, else of whichever pack has it."""
    packs = [pack] if pack else [load_pack(name) for name, _ in available_packs()]
    palettes = {name: palette for each in packs for name, palette in each.palettes.items()}
    if code not in palettes:
        raise RuleError("palette", "There is no palette “%(palette)s”.", palette=code, allowed=sorted(palettes))
    return palettes[code]


QUESTIONS: Mapping[str, Question] = {
    "tier": Question(
        {"kinds": "texts", "headcount": "integer?", "revenue_wan": "decimal?", "region": "text"},
        {"individual_household": "flag"},
        "samr-2023-38",
        _tier,
    ),
    "quality-class": Question({"answers": "mapping"}, {}, "national-2012", _quality_class),
    "mode": Question({"quality_class": "text", "product_levels": "texts"}, {}, "national-2012", _mode),
    "adjust": Question(
        {"kind": "text", "previous": "text?"},
        {"result": "text", "trigger": "text", "province_failures_3y": "integer"},
        "national-2012",
        _adjust,
    ),
    "listing": Question(
        {"on": "day", "major_risks": "days", "larger_risks": "days", "credit_risk": "text"},
        {"open_risks": "integer"},
        "samr-2023-38",
        _listing,
    ),
    "due": Question({"start": "day", "amount": "integer", "unit": "text"}, {}, "", _due),
    "uscc": Question({"code": "text"}, {}, "", _uscc),
    "colour": Question({"palette": "text", "high_risk": "integer", "total": "integer"}, {}, "", _colour),
}


def _only(asked: Mapping[str, Any], allowed: set[str], required: set[str]) -> None:
    if unknown := sorted(set(asked) - allowed):
        raise RuleError("unknown_key", "Unknown key: %(listed)s.", listed=", ".join(unknown), keys=unknown)
    if missing := sorted(required - set(asked)):
        raise RuleError("missing_key", "Missing key: %(listed)s.", listed=", ".join(missing), keys=missing)


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read_integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _read_decimal(value: Any) -> Decimal:
    """A decimal string, or a JSON number (read without passing through a float)."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError
    return Decimal(value)


def _read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _read_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _read_mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _read_day(value: Any) -> date:
    text = _read_text(value)
    if len(text) != len("2026-01-01"):
        raise ValueError(text)
    return date.fromisoformat(text)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _read_text,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "flag": _read_flag,
    "mapping": _read_mapping,
    "day": _read_day,
    "texts": lambda value: [_read_text(each) for each in _read_list(value)],
    "days": lambda value: [_read_day(each) for each in _read_list(value)],
}


def read_line(line: str, question: Question) -> dict[str, Any]:
    """The question on one line, its values typed. RuleError: json, duplicate_key, unknown_key, missing_key, value."""
    try:
        asked = json.loads(line, object_pairs_hook=_once, parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RuleError("json", "The line is not a JSON object.") from error
    if not isinstance(asked, dict):
        raise RuleError("json", "The line is not a JSON object.")
    kinds = {**question.required, **question.optional}
    _only(asked, set(kinds), set(question.required))
    typed = {key: _typed(key, value, kinds[key]) for key, value in asked.items()}
    return {"individual_household": False, **typed} if "individual_household" in kinds else typed


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key may stand twice: an item answered twice has no answer."""
    keys = [key for key, _ in pairs]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise RuleError("duplicate_key", "Key given twice: %(listed)s.", listed=", ".join(twice), keys=twice)
    return dict(pairs)


def _typed(key: str, value: Any, kind: str) -> Any:
    if value is None and kind.endswith("?"):
        return None
    try:
        return READERS[kind.rstrip("?")](value)
    except (TypeError, ValueError, InvalidOperation) as error:
        raise RuleError("value", "“%(key)s” has a wrong value.", key=key, expected=kind.rstrip("?")) from error


class Command(BaseCommand):
    """Answer questions on standard input, one JSON object a line; exit 1 if any line could not be judged."""

    help = "Apply a rule to JSON lines from standard input."
    requires_system_checks = ()  # checks may look at the database

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(QUESTIONS), metavar="NAME", help=", ".join(QUESTIONS))
        parser.add_argument("--pack", default="", choices=["", *sorted({code for code, _ in available_packs()})])
        parser.add_argument("--lang", default="zh", choices=["zh", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        question = QUESTIONS[options["name"]]
        code = options["pack"] or question.pack
        pack = load_pack(code) if code else None
        refused = False
        for line in sys.stdin:
            if not line.strip():
                continue
            try:
                stated, grounds = question.answer(read_line(line, question), pack)
                stated["grounds"] = [ground.in_language(options["lang"]) for ground in grounds]
            except RuleError as error:
                refused = True
                stated = {"error": error.as_dict()}
            self.stdout.write(json.dumps(stated, ensure_ascii=False, default=str))
        if refused:
            sys.exit(1)
