"""The section of a rule pack on lists that one place keeps for itself (嘉市监〔2020〕40号 四2)."""

from cases.packs.class_sections import cited
from cases.packs.marked import Value
from cases.rules.local_lists import LocalListRule


def read_local_lists(place: Value, act: str) -> LocalListRule:
    section = place.table("clause source blacklist trusted")
    section["source"].source_tag()
    blacklist = section["blacklist"].table("text kinds")
    trusted = section["trusted"].table("text classes barred_by")
    return LocalListRule(
        offences=frozenset(blacklist["kinds"].texts()),
        blacklist_text=blacklist["text"].text(),
        classes=trusted["classes"].texts(),
        barred_by=frozenset(trusted["barred_by"].texts()),
        trusted_text=trusted["text"].text(),
        clause=cited(act, section["clause"]),
    )
