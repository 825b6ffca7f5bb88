"""Reading a gloss: its lines, and what in them stayed Chinese."""

import re
from collections.abc import Iterator

from notices.packs.gloss_memory import gloss_memory
from notices.pdf.gloss_blocks import Glossed, Row, Text
from notices.rules.gloss import Line, gloss

HAN = re.compile(r"[\u4e00-\u9fff]")


def lines(said: Glossed) -> Iterator[Line]:
    """Every line of the gloss, in order."""
    yield gloss(gloss_memory(), said.title)
    for block in said.blocks:
        if isinstance(block, Text):
            yield block.line
        elif isinstance(block, Row):
            yield block.label
            yield from block.lines
        else:
            yield block.caption
            yield from block.columns
            for row in block.rows:
                for cell in row:
                    yield from cell
    yield from said.foot


def left_chinese(said: Glossed) -> list[str]:
    """The pieces that stay as issued."""
    return [piece.text for line in lines(said) for piece in line if piece.chinese]


def english_of(line: Line) -> str:
    return "".join(piece.text for piece in line)
