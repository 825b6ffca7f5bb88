"""Breaking a title into lines: whole words, shaped as a trapezium or a lozenge (GB/T 9704-2012, 7.3.1)."""

import itertools
import re
from collections.abc import Iterator

from notices.rules.layout import title_capacity

# Words a reader must find unbroken. Titles are short: a list of what occurs in ours serves better than a dictionary.
_WORDS = (
    "中华人民共和国", "市场监督管理局", "产品质量安全", "产品质量", "质量安全", "主体责任", "有限责任公司",
    "股份有限公司", "有限公司", "个体工商户", "监督抽查", "监督检查", "分级分类监管", "分类监管", "履责约谈",
    "约谈通知书", "责令限期整改", "整改通知书", "限期整改", "敦促提醒函", "提醒函", "通知书", "通知",
    "解除挂牌督办", "挂牌督办",
    "工业企业", "工业产品", "通用规则", "回访记录", "关于", "进一步", "落实", "督促", "责令", "开展", "加强",
    "重点监管名单", "特别监管名单", "监管名单", "重点监管", "特别监管", "告知书",
    "约谈", "纪要", "警情通报", "通报", "督查情况", "帮扶建议书", "建议书",
    "不合格", "生产", "企业", "单位", "问题", "情况",
)  # fmt: skip
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)) + r"|[A-Za-z0-9.%\-]+|〔\d+〕\d+号")
_NOT_FIRST = "，。、；：？！）》〕」』”’…—·"
_NOT_LAST = "（《〔「『“‘"
_AFTER = "的、，》）"  # a break after these, or before 《 and （, splits no phrase


def _break_costs(title: str) -> dict[int, float]:
    """Cost of a break before each character; a place not in the answer must not be broken."""
    costs = {
        at: 0.0 if title[at - 1] in _AFTER or title[at] in "《（" else 3.0
        for at in range(1, len(title))
        if title[at] not in _NOT_FIRST and title[at - 1] not in _NOT_LAST
    }
    for word in _WORD.finditer(title):
        for at in range(word.start() + 1, word.end()):
            costs.pop(at, None)
        for edge in word.span():
            if edge in costs:
                costs[edge] = min(costs[edge], 2.0)
    return costs


def _shape_cost(lengths: list[int]) -> float:
    """How far the lines are from a trapezium or lozenge: a waist is worst, equal lines (a box) are to be avoided."""
    rises = [right - left for left, right in itertools.pairwise(lengths)]
    waist = sum(max(0, min(-fall, rise)) for fall, rise in itertools.pairwise(rises))
    box = sum(2.0 for rise in rises if rise == 0)
    spread = (max(lengths) - min(lengths)) / 8
    stub = sum(4.0 for length in lengths if length < 4)
    return 6 * waist + box + spread + stub


def _breakings(places: list[int], start: int, end: int, lines: int, width: int) -> Iterator[list[int]]:
    """All ways to cut [start, end) at `lines` - 1 of the places so that no line is wider than `width`."""
    if lines == 1:
        yield []  # the rest fits: every place was chosen so that it does
        return
    for place in places:
        if start < place <= start + width and end - place <= width * (lines - 1):
            for rest in _breakings(places, place, end, lines - 1, width):
                yield [place, *rest]


def split_title(title: str, width: int | None = None) -> tuple[str, ...]:
    """The lines of a title, at most `width` characters each (by default what the type area holds).

    Up to four lines are shaped; a longer title, which no standard foresees, is simply filled.
    """
    width = width or title_capacity()
    if len(title) <= width:
        return (title,)
    least = -(-len(title) // width)
    costs = _break_costs(title)
    places = sorted(costs)
    for lines in range(least, min(least + 1, 4) + 1):
        best: tuple[float, list[int]] | None = None
        for cuts in _breakings(places, 0, len(title), lines, width):
            edges = [0, *cuts, len(title)]
            lengths = [right - left for left, right in itertools.pairwise(edges)]
            cost = sum(costs[cut] for cut in cuts) + _shape_cost(lengths)
            if best is None or cost < best[0]:
                best = (cost, edges)
        if best is not None:
            edges = best[1]
            return tuple(title[left:right] for left, right in itertools.pairwise(edges))
    return tuple(title[at : at + width] for at in range(0, len(title), width))
