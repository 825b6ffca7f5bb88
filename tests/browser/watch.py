"""What a page must never do while somebody uses it: complain, break the policy, ask another host, spread sideways."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

# The page itself says it, on the console: a listener of ours would be gone with the next page.
TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`));"""


class Watch:
    """Listens to one window from its first page to its last; `complaints` is what was wrong."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._note("script error", str(error.error), error.page))
        context.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note("console", message.text, message.page)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "blob:", "data:")):
            self.complaints.append(f"asked another host: {request.url}")

    def _note(self, kind: str, text: str, page: Page | None) -> None:
        try:
            where = page.url.removeprefix(self.home) if page else "?"
        except Error:
            where = "a closed page"
        self.complaints.append(f"{where}: {kind}: {text}")

    def look(self, page: Page) -> None:
        """Note it where the page is wider than its window."""
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider:
            width = page.viewport_size["width"] if page.viewport_size else 0
            self.complaints.append(f"{page.url.removeprefix(self.home)}: {wider}px wider than {width}px")
