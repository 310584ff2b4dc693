"""A headless Chromium with what the tests of the console ask of it."""

import contextlib
import json
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from support.site import wait_for


@contextlib.contextmanager
def new_browser(width=1280, dark=False):
    """with new_browser() as browser: its driver, ended with the block."""
    with tempfile.TemporaryDirectory(prefix="postern-browser-",
                                     ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking",
                         "--no-proxy-server", "--lang=en-GB",
                         f"--user-data-dir={profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs",
                               {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options,
                                  service=Service("/usr/bin/chromedriver"))
        try:
            set_view(driver, width, dark)
            driver.set_script_timeout(60)
            yield driver
        finally:
            driver.quit()


def set_view(driver, width, dark=False):
    """The window of a headless browser alone is not narrower than 500."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 900, "deviceScaleFactor": 1,
        "mobile": False})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme",
                      "value": "dark" if dark else "light"}]})


def requested(driver):
    """The addresses of all requests since the last time this was asked."""
    events = [json.loads(entry["message"])["message"]
              for entry in driver.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events
            if event["method"] == "Network.requestWillBeSent"]


class Console:
    """The console of a site as somebody uses it who sees it."""

    def __init__(self, driver, port):
        self.driver = driver
        self.origin = f"http://127.0.0.1:{port}"

    def open(self, operation=""):
        self.driver.get("about:blank")
        self.driver.get(f"{self.origin}/api/#{operation}")
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
        self.driver.execute_script(
            "document.querySelector('article:not([hidden]) "
            "[data-part=status]').textContent = ''")
        self.one("article:not([hidden]) form button").click()
        wait_for("an answer", lambda: self.text("status") and
                 not self.text("status").startswith("One moment"))
        status = self.text("status").split(" ")[0]
        return (int(status) if status.isdigit() else 0), self.text("text")

    def token(self):
        return self.one("#token").get_property("value")
