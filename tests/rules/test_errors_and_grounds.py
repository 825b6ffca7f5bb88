"""Refusals carry a code, a clause and details; grounds survive being stored."""

from cases.rules.errors import NotPermitted, RuleError
from cases.rules.grounds import Ground, stored_grounds


def test_a_refusal_fills_its_message_and_lists_its_details() -> None:
    error = RuleError("unanswered", "Not answered: item %(item)s.", "第七条", item="3")
    assert str(error) == "Not answered: item 3."
    assert error.msgid == "Not answered: item %(item)s."
    assert error.as_dict() == {"code": "unanswered", "message": str(error), "clause": "第七条", "item": "3"}


def test_a_message_with_a_percent_sign_is_left_alone() -> None:
    assert NotPermitted("share", "Under 90% of the items").as_dict() == {
        "code": "share",
        "message": "Under 90% of the items",
    }


def test_grounds_are_stored_and_read_back() -> None:
    ground, bare = Ground("第十一条", "为A类企业。", "Class A."), Ground("第十一条", "为A类企业。")
    assert [Ground.from_dict(stored) for stored in stored_grounds((ground, bare))] == [ground, bare]
    assert "text_en" not in bare.as_dict()


def test_grounds_speak_the_language_asked_for_or_chinese() -> None:
    ground, bare = Ground("第十一条", "为A类企业。", "Class A."), Ground("第十一条", "为A类企业。")
    assert ground.in_language("zh") == {"clause": "第十一条", "text": "为A类企业。"}
    assert ground.in_language("en") == {"clause": "第十一条", "text": "Class A."}
    assert bare.in_language("en") == {"clause": "第十一条", "text": "为A类企业。"}
