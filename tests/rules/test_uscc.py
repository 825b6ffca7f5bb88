"""Unified social credit codes (domain 8.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.uscc import check_digit, check_uscc, normalised_uscc, organisation_digit

VALID = [
    "91330402MATEXT01X5", "91110108MATEXT028N", "9233048392TEXT0AXW", "91350203MATEXT0447", "91440305MATEXT052N",
    "11330400TEXT0A014H", "91330481MATEX0256Y", "91330481MATEX03010", "91330481MATEX0010W",
]  # fmt: skip
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", VALID)
def test_valid_codes_hold(code: str) -> None:
    outcome = check_uscc(code)
    assert (outcome.valid, outcome.reason, outcome.warning) == (True, "", "")
    assert (check_digit(code[:17]), organisation_digit(code[8:16])) == (code[17], code[16])


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91330402MATEXT01X0", "check_digit"),
        ("913O0402MATEXT01X5", "character"),
        ("91330402MATEXT01X", "length"),
        ("", "length"),
        ("91330402AMTEXT01X5", "check_digit"),
        ("91330402MATEXT011E", "organisation_digit"),
        ("91990402MATEXT01X5", "region"),
        ("9133040AMATEXT01X5", "region"),
        ("91330402matext01x5", "character"),
        ("９1330402MATEXT01X5", "character"),
    ],
)
def test_invalid_codes_say_what_is_wrong(code: str, reason: str) -> None:
    outcome = check_uscc(code)
    assert (outcome.valid, outcome.reason) == (False, reason)
    assert outcome.grounds[0].text


def test_a_household_without_a_proper_organisation_digit_is_warned_about() -> None:
    code = "9233048392TEXT0A1"
    assert organisation_digit(code[8:16]) != code[16]
    outcome = check_uscc(code + check_digit(code))
    assert (outcome.valid, outcome.warning) == (True, "organisation_digit")


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_detected(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert check_uscc(changed).valid is (changed == code)


@given(st.text(max_size=20))
def test_any_text_is_judged(text: str) -> None:
    assert check_uscc(text).grounds


@pytest.mark.parametrize("typed", [" 91330402 matext01x5 ", "９１３３０４０２MATEXT01X5"])
def test_typed_codes_are_normalised(typed: str) -> None:
    assert normalised_uscc(typed) == VALID[0]
