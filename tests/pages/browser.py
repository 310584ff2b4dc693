"""A Chromium that looks at the pages as people do, and remembers its errors."""

import json
import os
import re
import shutil
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from support.site import BUILD, wait_for

SHOTS = os.path.join(BUILD, "screenshots")


def shown(element):
    return element is not None and element.is_displayed()


class Browser:
    """
    One window of a browser; tab() opens more in it. What the console says and
    what is asked for is looked at by errors() and requests().
    """

    def __init__(self, language="en", width=1280, height=900, dark=False,
                 script=True):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--no-first-run", "--no-proxy-server",
                         "--disable-background-networking",
                         f"--lang={language}",
                         f"--window-size={width},{height}"):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": language,
                       "credentials_enable_service": False}
        if not script:
            preferences["profile.managed_default_content_settings."
                        "javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs",
                               {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(
            service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(60)
        self.view(width, height, dark)

    def close(self):
        self.driver.quit()

    def command(self, name, **values):
        """What only the protocol of the browser's own tools can do."""
        return self.driver.execute_cdp_cmd(name, values)

    def view(self, width=1280, height=900, dark=False):
        self.size = (width, height)
        self.width(*self.size)
        self.scheme("dark" if dark else "light")

    def width(self, width, height=900):
        """As narrow as a telephone: windows alone do not become so."""
        self.command("Emulation.setDeviceMetricsOverride", width=width,
                     height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": name}])

    # Where it is

    def one_tab(self):
        """Closes the tabs that a test has opened."""
        first, *others = self.driver.window_handles
        for tab in others:
            self.driver.switch_to.window(tab)
            self.driver.close()
        self.driver.switch_to.window(first)

    def open(self, url):
        self.driver.get(url)
        return self

    @property
    def url(self):
        return self.driver.current_url

    @property
    def page(self):
        """The last part of the path."""
        return urllib.parse.urlsplit(self.url).path.rpartition("/")[2]

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def until(self, what, condition, timeout=60):
        """The first true value; an element that goes meanwhile is none."""
        def once():
            try:
                return condition()
            except WebDriverException:
                return None

        return wait_for(what, once, timeout, 0.05)

    def goes_to(self, page):
        self.until(f"the page {page!r}", lambda: self.page == page and
                   self.script("return document.readyState") == "complete")

    # What is there

    def find(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0] if found else None

    def all(self, selector):
        return [element for element in self.driver.find_elements(
            By.CSS_SELECTOR, selector) if element.is_displayed()]

    def sees(self, selector):
        return self.until(f"{selector} to be seen",
                          lambda: shown(self.find(selector)))

    def text(self, selector="body"):
        element = self.find(selector)
        return element.text if element else ""

    def reads(self, words, selector="body"):
        """Waits until the words are to be read."""
        self.until(f"{words!r} in {selector}",
                   lambda: words in self.text(selector))

    def faults(self, form):
        """{field: what is said below it}."""
        return self.script(
            "return Object.fromEntries([...document.querySelectorAll("
            "arguments[0] + ' .fault')].map(p => "
            "[p.previousElementSibling.name, p.textContent]))", form)

    def focus(self):
        """The name, or id, of what has the keyboard."""
        return self.script("const e = document.activeElement;"
                           "return e.name || e.id || e.className")

    # What is done

    def reveal(self, form):
        """Opens the <details> around a form."""
        self.sees("main")
        self.until(f"{form} to be opened", lambda: self.script(
            "const f = document.querySelector(arguments[0]);"
            "const d = f.closest('details'); if (d) d.open = true;"
            "return f.checkVisibility()", form))

    def fill(self, form, **fields):
        self.reveal(form)
        for name, value in fields.items():
            field = self.until(f"{name} in {form}", lambda: self.find(
                f"{form} [name={name}]"))
            field.clear()
            field.send_keys(value)

    def press(self, form, **fields):
        """Fills in a form and presses its button."""
        self.fill(form, **fields)
        self.find(f"{form} button").click()

    def says(self, form, words):
        """Waits for what is said below a form."""
        self.reads(words, f"{form} .message")

    # What it remembers

    def log(self):
        """What the browser's console says since the last look."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def errors(self):
        """The same, but for the status of an answer, and for advice ([DOM])."""
        return [message for message in self.log()
                if not re.search("Failed to load resource: (the server responded"
                                 r"|net::ERR_CONNECTION_REFUSED)| - \[DOM\] ",
                                 message)]

    def requests(self):
        """The addresses that were asked for since the last look."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found

    def shoot(self, name):
        """A picture of the whole page, in the build folder."""
        os.makedirs(SHOTS, exist_ok=True)
        path = os.path.join(SHOTS, f"{name}.png")
        height = self.script("return document.documentElement.scrollHeight")
        self.width(self.size[0], max(height, 300))
        self.driver.save_screenshot(path)
        self.width(*self.size)
        return path
