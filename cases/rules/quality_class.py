"""Class AA, A, B or C from the answered form (工业企业产品质量分类监管试行办法 art. 11 and 通用规则 note 二)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground

Answer = Literal["pass", "fail", "na"]
AnswerType = Literal["finding", "conformity"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the form; `na` says what “not applicable” counts as, empty where the item must be answered."""

    number: str
    text: str
    starred: bool
    answer_type: AnswerType
    na: Literal["pass", "fail", ""]
    na_note: str
    parent: str
    clause: str


@dataclass(frozen=True)
class ClassRule:
    """The form and what its answers make: shares are inclusive bounds of all items, ties go by `tie_rule`.

    `na_policy` "pass" counts a not-applicable item as its item says, "exclude" takes it out of the total.
    """

    items: tuple[Item, ...]
    best: str
    bounds: tuple[tuple[str, Fraction], ...]
    worst: str
    tie_rule: Literal["better", "worse"]
    na_policy: Literal["pass", "exclude"]
    clause: str
    starred_clause: str


@dataclass(frozen=True, slots=True)
class ClassOutcome:
    """The computed class, with the items that failed and those of them that alone make the worst class."""

    quality_class: str
    passes: int
    total: int
    failed: tuple[str, ...]
    directional_failed: tuple[str, ...]
    grounds: tuple[Ground, ...]


def class_of(*, rule: ClassRule, answers: Mapping[str, Any]) -> ClassOutcome:
    """The class that these answers make; every item must have exactly one answer.

    RuleError: `unknown_item`, `unanswered`, `answer` (anything but one of pass, fail, na), `not_applicable` (na where
    the form allows none), `nothing_to_judge`.
    """
    counted, grounds = _counted(rule, _checked_answers(rule, answers))
    total = len(counted)
    if not total:
        raise RuleError("nothing_to_judge", "Every item is not applicable.", rule.clause)
    failed = tuple(item.number for item, passed in counted if not passed)
    directional = tuple(item.number for item, passed in counted if item.starred and not passed)
    passes = total - len(failed)
    grounds.append(_tally(rule, passes, total, failed))
    if directional:
        quality_class = rule.worst
        grounds.append(_starred(rule, directional))
    else:
        quality_class = _by_share(rule, passes, total)
        grounds.append(_share(rule, quality_class, passes, total))
    return ClassOutcome(quality_class, passes, total, failed, directional, tuple(grounds))


def _checked_answers(rule: ClassRule, answers: Mapping[str, Any]) -> dict[str, Answer]:
    numbers = [item.number for item in rule.items]
    if unknown := [number for number in answers if number not in numbers]:
        raise RuleError("unknown_item", "The form has no item %(listed)s.", rule.clause, **_listing(unknown))
    if missing := [number for number in numbers if answers.get(number) is None]:
        raise RuleError("unanswered", "Not answered: item %(listed)s.", rule.clause, **_listing(missing))
    if wrong := [number for number in numbers if answers[number] not in ("pass", "fail", "na")]:
        raise RuleError("answer", "Item %(listed)s needs exactly one answer: pass, fail or na.", **_listing(wrong))
    refused = [item.number for item in rule.items if answers[item.number] == "na" and not item.na]
    if refused:
        raise RuleError(
            "not_applicable", "“Not applicable” is no answer to item %(listed)s.", rule.clause, **_listing(refused)
        )
    return {number: answers[number] for number in numbers}


def _listing(numbers: list[str]) -> dict[str, Any]:
    return {"items": numbers, "listed": ", ".join(numbers)}


def _counted(rule: ClassRule, answers: Mapping[str, Answer]) -> tuple[list[tuple[Item, bool]], list[Ground]]:
    """The items that count, each with whether it passed, and a ground for every item that is not applicable."""
    counted: list[tuple[Item, bool]] = []
    grounds: list[Ground] = []
    for item in rule.items:
        answer = answers[item.number]
        if answer != "na":
            counted.append((item, answer == "pass"))
        elif rule.na_policy == "exclude":
            grounds.append(
                Ground(item.clause, f"第{item.number}项不适用，不计入总数。", "Not applicable: not counted.")
            )
        else:
            counted.append((item, item.na == "pass"))
            grounds.append(_not_applicable(item))
    return counted, grounds


def _by_share(rule: ClassRule, passes: int, total: int) -> str:
    if passes == total:
        return rule.best
    share = Fraction(passes, total)
    for quality_class, bound in rule.bounds:
        if share > bound or (share == bound and rule.tie_rule == "better"):
            return quality_class
    return rule.worst


_ANSWER_WORDS = {
    ("finding", True): "未发现问题",
    ("finding", False): "发现问题",
    ("conformity", True): "符合",
    ("conformity", False): "不符合",
}


def answer_word(answer_type: AnswerType, passed: bool) -> str:
    """The box of the form that was ticked, as printed."""
    return _ANSWER_WORDS[answer_type, passed]


def _not_applicable(item: Item) -> Ground:
    passed = item.na == "pass"
    word = answer_word(item.answer_type, passed)
    return Ground(
        item.clause,
        f"第{item.number}项不适用，按“{word}”计：{item.na_note}",
        f"Item {item.number} is not applicable and counts as {'passed' if passed else 'failed'}.",
    )


def _tally(rule: ClassRule, passes: int, total: int, failed: tuple[str, ...]) -> Ground:
    listed = "、".join(failed)
    zh = f"共{total}项，“未发现问题（符合）”{passes}项" + (f"，未通过：第{listed}项。" if failed else "。")
    en = f"{passes} of {total} items passed" + (f"; failed: {', '.join(failed)}." if failed else ".")
    return Ground(rule.clause, zh, en)


def _starred(rule: ClassRule, directional: tuple[str, ...]) -> Ground:
    return Ground(
        rule.starred_clause,
        f"带*的指向型指标第{'、'.join(directional)}项发现问题（不符合），直接判定为{rule.worst}类企业。",
        f"Starred item {', '.join(directional)} failed: class {rule.worst} outright.",
    )


def _share(rule: ClassRule, quality_class: str, passes: int, total: int) -> Ground:
    whole, hundredths = divmod(round(Fraction(passes * 10_000, total)), 100)
    percent = f"{whole}.{hundredths:02d}%"
    return Ground(
        rule.clause,
        f"“未发现问题（符合）”项占全部监督检查记录的{percent}，为{quality_class}类企业。",
        f"{percent} of the items passed: class {quality_class}.",
    )
