"""Unified social credit codes: alphabet, region and both check digits (GB 32100—2015, GB 11714)."""

from dataclasses import dataclass
from typing import Final

from cases.rules.grounds import Ground

LENGTH: Final = 18
_STANDARD: Final = "GB 32100—2015"
_ORGANISATION_STANDARD: Final = "GB 11714—1997"
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
# GB/T 2260 provinces; 10 stands for the national registration body, 66 for the Xinjiang corps.
_PROVINCES: Final = frozenset(
    f"{area}{number}"
    for area, numbers in {"1": "012345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "123456"}.items()
    for number in numbers
) | {"71", "81", "82"}
_HOUSEHOLD: Final = "92"

_FINDINGS: Final = {
    "length": (_STANDARD, "统一社会信用代码应为18位。", "The code must have 18 characters."),
    "character": (
        _STANDARD,
        "含有不允许的字符（仅限数字和除I、O、S、V、Z以外的大写字母）。",
        "A character is not allowed.",
    ),
    "region": (_STANDARD, "第3至8位不是有效的行政区划码。", "Characters 3 to 8 are not a region code."),
    "check_digit": (_STANDARD, "第18位校验码不符。", "The check digit at place 18 does not match."),
    "organisation_digit": (
        _ORGANISATION_STANDARD,
        "第9至17位主体标识码的校验码不符。",
        "The check digit of the organisation code (places 9 to 17) does not match.",
    ),
}


@dataclass(frozen=True, slots=True)
class UsccOutcome:
    """Whether a code holds; `reason` names the first thing wrong, `warning` what is odd but tolerated."""

    valid: bool
    reason: str
    warning: str
    grounds: tuple[Ground, ...]


def check_uscc(code: str) -> UsccOutcome:
    """Test a code as it stands: upper case, no spaces (`normalised_uscc` first for what people type).

    An individual household (second character 2) often has no proper organisation digit: there it is a warning.
    """
    wrong = _first_fault(code)
    if wrong == "organisation_digit" and code.startswith(_HOUSEHOLD):
        return UsccOutcome(True, "", wrong, (_ground(wrong),))
    if wrong:
        return UsccOutcome(False, wrong, "", (_ground(wrong),))
    passed = Ground(_STANDARD, "字符、行政区划码和两个校验码均符合。", "Characters, region and both check digits hold.")
    return UsccOutcome(True, "", "", (passed,))


def normalised_uscc(text: str) -> str:
    """What was meant by a typed code: without spaces, in upper case, full-width characters narrowed."""
    narrowed = "".join(chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign for sign in text)
    return "".join(narrowed.split()).upper()


def check_digit(first_17: str) -> str:
    """The eighteenth character for the first seventeen."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def organisation_digit(first_8: str) -> str:
    """The check character of an organisation code (11 − Σ mod 11; 10 is X, 11 is 0)."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def _first_fault(code: str) -> str:
    if len(code) != LENGTH:
        return "length"
    if any(sign not in _VALUES for sign in code):
        return "character"
    if not code[2:8].isdigit() or code[2:4] not in _PROVINCES:
        return "region"
    if check_digit(code[:17]) != code[17]:
        return "check_digit"
    return "" if organisation_digit(code[8:16]) == code[16] else "organisation_digit"


def _ground(fault: str) -> Ground:
    return Ground(*_FINDINGS[fault])
