"""Printing of letters beside its peers: `python benchmarks/print_letters.py [LETTERS]`.

The same interview notice is printed four ways in one run, each in a process of its own: by the project's renderer in a
warm worker; by WeasyPrint as its manual begins, `HTML(string=…).write_pdf()`, with the system's fonts, which neither
justifies Chinese nor tags nor attaches anything; by a warm Chromium (`Page.printToPDF`); and by two warm workers at
once. A worker prints LETTERS (default 500) different letters while its memory is watched.

`--profile` prints where the time of a warm letter goes, and nothing else. Exits 1 where a goal is missed; two
workers are judged by the clock on an idle machine, and by the processor's time for a letter on a loaded one.
"""

import base64
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp())

AGAINST_NAIVE = 3.5
AGAINST_CHROMIUM = 1.8
TWO_AGAINST_ONE = 1.7
LARGEST_MEGABYTES = 120
GROWTH_MEGABYTES = 10  # between the first tenth of the letters and the last
GOAL_SECONDS = 0.06
TIMED = 80
IDLE_LOAD = 0.5


def megabytes() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def timed(work: Callable[[int], Any], warm: int = 5) -> dict[str, float]:
    """Seconds of so many runs after a few that do not count: the median of the clock, the least of the processor.

    Beside other work a run can only lose; the least is what it takes by itself.
    """
    walls, processors = [], []
    for at in range(warm + TIMED):
        wall, processor = time.perf_counter(), time.process_time()
        work(at)
        if at >= warm:
            walls.append(time.perf_counter() - wall)
            processors.append(time.process_time() - processor)
    return {"wall": statistics.median(walls), "processor": min(processors)}


# Of names of enterprises: every letter needs other glyphs of its body's face, as in a batch.
CHARACTERS = (
    "安邦博昌成达德东丰福广国海恒宏华辉汇佳健金锦京精久康科乐利联龙美明铭宁诺鹏普"
    "启千强庆荣瑞润森盛世顺泰腾天通万威维祥新欣兴雅阳益永优宇裕源远正志中众卓"
)


def letter(at: int = 0) -> dict[str, Any]:
    """The facts of an interview notice; each number names another enterprise and another address."""
    from tests.notices_pdf import samples

    notice = samples.interview_notice()
    name = "".join(CHARACTERS[(at * step + step) % len(CHARACTERS)] for step in (1, 7, 13, 29))
    addressee = f"嘉兴市{name}电器有限公司第{at}分公司"
    return replace(notice, addressee=addressee, number=f"南市监约〔2026〕{at + 1}号").to_json()


def html_with_styles() -> str:
    """The letter as one HTML file, for peers that know nothing of the project."""
    from notices.pdf import engine
    from notices.pdf.editions import CURRENT
    from notices.pdf.facts import LetterFacts
    from notices.pdf.letters import letter_page

    page, _refine = letter_page(LetterFacts.from_json(letter()), "benchmark")
    styles = "".join((CURRENT.styles / name).read_text() for name in page.styles)
    fetcher = engine._GivenOnly(page.images)

    def embedded(found: re.Match[str]) -> str:
        return f'src="data:image/png;base64,{base64.b64encode(fetcher.fetch(found[1]).read()).decode()}"'

    html = re.sub(r'src="((?:given|qr):[^"]*)"', embedded, engine.html_of(page))
    return html.replace("</head>", f"<style>{for_system_fonts(styles)}</style></head>")


def for_system_fonts(styles: str) -> str:
    """The style sheets with the faces our fonts are made from, as they come with the system."""
    serif, sans = '"Liberation Serif", "Noto Serif CJK SC"', '"Noto Sans CJK SC"'
    styles = re.sub(r"--(fangsong|title|kai): [^;]*;", rf"--\1: {serif};", styles)
    return re.sub(r"--hei: [^;]*;", f"--hei: {sans};", styles)


# What runs in a process of its own: answers JSON on standard output


def run_ours() -> dict[str, Any]:
    from notices.pdf.check_print import check_print
    from notices.pdf.render import render

    answer: dict[str, Any] = timed(lambda at: render("interview_notice", letter(at)))
    rendered = render("interview_notice", letter())
    answer["checked"] = timed(lambda _at: check_print(rendered.pdf, rendered.written))["processor"]
    return answer


def run_naive() -> dict[str, Any]:
    from weasyprint import HTML

    html = sys.stdin.read()
    return timed(lambda _at: HTML(string=html).write_pdf())


def run_chromium() -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    html = sys.stdin.read()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()

        def work(_at: int) -> None:
            page.set_content(html)
            page.pdf(prefer_css_page_size=True, print_background=True, tagged=True)

        answer = timed(work)
        browser.close()
    return answer


def run_worker(letters: int) -> dict[str, Any]:
    """Print so many letters; waits for a line on standard input, so that two start together."""
    from notices.pdf.render import render

    render("interview_notice", letter())
    print("ready", flush=True)
    sys.stdin.readline()
    began, processor = time.perf_counter(), time.process_time()
    early = 0.0
    for at in range(letters):
        render("interview_notice", letter(at))
        if at == letters // 10:
            early = megabytes()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    return {"seconds": seconds, "processor": processor, "early": early, "late": megabytes(), "peak": peak}


def run_profile() -> None:
    import cProfile
    import pstats

    from notices.pdf.render import render

    for at in range(3):
        render("interview_notice", letter(at))
    with cProfile.Profile() as profile:
        for at in range(20):
            render("interview_notice", letter(at))
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


# The run


def started(role: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).resolve()), f"--{role}", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment or os.environ
    )


def answer_of(process: subprocess.Popen[str], given: str = "") -> dict[str, Any]:
    out, _ = process.communicate(given)
    if process.returncode:
        sys.exit(process.returncode)
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def workers(count: int, letters: int) -> list[dict[str, Any]]:
    """So many workers started together, each printing so many letters."""
    running = [started("worker", str(letters)) for _ in range(count)]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [answer_of(process) for process in running]


def run(letters: int) -> bool:
    load = os.getloadavg()[0]
    without_ours = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    html = html_with_styles()
    ours = answer_of(started("ours"))
    naive = answer_of(started("naive", environment=without_ours), html)
    chromium = answer_of(started("chromium", environment=without_ours), html)
    (one,) = workers(1, letters)
    two = workers(2, letters)
    slowest = max(each["seconds"] for each in two)
    together = 2 * one["seconds"] / slowest
    undisturbed = 2 * one["processor"] / max(each["processor"] for each in two)
    against_naive = naive["processor"] / ours["processor"]
    against_chromium = chromium["wall"] / ours["wall"]
    print(f"{'':28} {'clock':>8} {'processor':>10}   seconds a letter: median and least of {TIMED}; load {load:.1f}")
    print(f"{'warm letter':28} {ours['wall']:8.4f} {ours['processor']:10.4f}")
    print(f"{'reading it back':28} {'':8} {ours['checked']:10.4f}")
    print(f"{'naive WeasyPrint':28} {naive['wall']:8.4f} {naive['processor']:10.4f}   {against_naive:.2f} times ours")
    print(f"{'Chromium':28} {chromium['wall']:8.4f} {'':10}   {against_chromium:.2f} times ours")
    memory = f"{one['early']:.0f} MB after a tenth, {one['late']:.0f} MB at the end, peak {one['peak']:.0f} MB"
    print(f"{letters} letters: {memory}")
    speed = f"one worker {letters / one['seconds']:.1f} letters a second, two {2 * letters / slowest:.1f}"
    print(f"{speed}: {together:.2f} times by the clock, {undisturbed:.2f} by the processor's time for a letter")
    goals = {
        f"{AGAINST_NAIVE} times faster than naive": against_naive >= AGAINST_NAIVE,
        f"{AGAINST_CHROMIUM} times faster than Chromium": against_chromium >= AGAINST_CHROMIUM,
        f"at most {LARGEST_MEGABYTES} MB": one["peak"] < LARGEST_MEGABYTES,
        "memory flat": one["late"] - one["early"] < GROWTH_MEGABYTES,
        f"less than {GOAL_SECONDS} s of processor a letter": ours["processor"] < GOAL_SECONDS,
    }
    of_clock = load < IDLE_LOAD
    goals[f"two workers {TWO_AGAINST_ONE} times one"] = (together if of_clock else undisturbed) >= TWO_AGAINST_ONE
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED ':8} {goal}")
    return all(goals.values())


def main() -> None:
    role = sys.argv[1].removeprefix("--") if len(sys.argv) > 1 else ""
    if role == "profile":
        run_profile()
    elif role in ("ours", "naive", "chromium", "worker"):
        run_one = {"ours": run_ours, "naive": run_naive, "chromium": run_chromium}
        print(json.dumps(run_worker(int(sys.argv[2])) if role == "worker" else run_one[role]()))
    elif not run(int(role) if role else 500):
        sys.exit(1)


if __name__ == "__main__":
    main()
