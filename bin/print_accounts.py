#!/usr/bin/env python
"""Print the demo's accounts: `print_accounts.py URL`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workflow.demo.accounts import PASSWORD, SHOWN

if __name__ == "__main__":
    lines = [f"  {each.username:<11}{each.name}  {each.title}" for each in SHOWN]
    text = "\n".join([f"\n{sys.argv[1]}   password of every account: {PASSWORD}", *lines, "Ctrl-C stops the demo.", ""])
    sys.stdout.write(text)
