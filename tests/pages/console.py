"""The API console as somebody uses it who sees it."""

from selenium.webdriver.common.by import By

from support.site import wait_for

# English, German
WAITING = ("One moment", "Einen Moment")


class Console:
    """The console of a site, in a browser."""

    def __init__(self, browser, port):
        self.browser = browser
        self.driver = browser.driver
        self.origin = f"http://127.0.0.1:{port}"

    def open(self, operation=""):
        self.browser.open("about:blank")
        self.browser.open(f"{self.origin}/api/#{operation}")
        wait_for("the list", lambda: self.all("nav li"))
        return self

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        """The one element that is displayed."""
        shown = [found for found in self.all(selector) if found.is_displayed()]
        assert len(shown) == 1, (selector, len(shown))
        return shown[0]

    def part(self, name):
        return self.one(f'article:not([hidden]) [data-part="{name}"]')

    def text(self, name):
        """Of a part of the current endpoint, whether or not it is shown."""
        found, = self.all(f'article:not([hidden]) [data-part="{name}"]')
        return found.get_property("textContent")

    def go(self, operation):
        """Follows the link in the list."""
        menu = self.all("#menu:not([open]) summary")
        if menu:
            menu[0].click()
        self.one(f'nav a[href="#{operation}"]').click()
        wait_for("the endpoint", lambda: self.all(
            f'nav a[href="#{operation}"][aria-current]'))

    def visit(self, operation):
        """The same at once, for those who want to see many."""
        self.driver.execute_async_script("""
            const [hash, done] = arguments;
            if (location.hash === hash)
                return done();
            addEventListener("hashchange", () => done(), { once: true });
            document.querySelector(`nav a[href="${hash}"]`).click();""",
            f"#{operation}")

    def input(self, name):
        return self.one(f'article:not([hidden]) form [name="{name}"]')

    def fill(self, **values):
        for name, value in values.items():
            field = self.input(name)
            if isinstance(value, bool):
                if field.is_selected() != value:
                    field.click()
                continue
            field.clear()
            field.send_keys(value)

    def send(self, **values):
        """Fills in, sends, waits; returns (status, text of the body)."""
        self.fill(**values)
        self.browser.script(
            "document.querySelector('article:not([hidden]) "
            "[data-part=status]').textContent = ''")
        self.one("article:not([hidden]) form button").click()
        wait_for("an answer", lambda: self.text("status") and
                 not self.text("status").startswith(WAITING))
        status = self.text("status").split(" ")[0]
        return (int(status) if status.isdigit() else 0), self.text("text")

    def token(self):
        return self.one("#token").get_property("value")
