"""Does and sees on a page of the browser what a person does."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image
from playwright.sync_api import Frame, Locator, Page, expect

Colour = tuple[int, int, int]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
_CHECK = """async (rules) => (await axe.run(document, {
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
})).violations.map(({ id, nodes }) => `${id}: ` + nodes.slice(0, 3)
    .map(({ html }) => html.slice(0, 200)).join(' | '))"""
_SMALL = """() => [...document.querySelectorAll('.app *')].filter((node) =>
    [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim())
    && parseFloat(getComputedStyle(node).fontSize) < 12
).map((node) => `small: ${node.outerHTML.slice(0, 200)}`)"""
_OF_COLOURS = ["color-contrast"]  # all that a theme changes

_PIXEL = (Path(__file__).parent / "pixel.js").read_text()


def address_of(address: str, choice: dict[str, object]) -> str:
    """Return the address of a choice in TensorBoard, as a link has it.

    Without a view it is that of the filters; with `None` the page chooses.
    """
    told = {"view": "filters", **choice}
    parts = [
        f"p.kerasviz.{name}={quote(str(value), safe='')}"
        for name, value in told.items()
        if value is not None
    ]
    return f"{address}/#" + "&".join(["kerasviz", *parts])


@dataclass
class Tab:
    """The plugin's page, alone or within TensorBoard.

    Attributes:
        page: the page of the browser.
        view: the frame that holds the plugin.
        errors: what the page threw.
    """

    page: Page
    view: Frame
    errors: list[str]

    @classmethod
    def of(cls, page: Page) -> "Tab":
        """Watch a page that has not been opened yet."""
        tab = cls(page, page.main_frame, [])
        page.on("pageerror", lambda error: tab.errors.append(str(error)))
        return tab

    def open(self, address: str, **choice: object) -> None:
        """Open the plugin alone: what TensorBoard has in its frame."""
        _, _, fragment = address_of(address, choice).partition("#")
        entry = f"{address}/data/plugin_entry.html?name=kerasviz#{fragment}"
        self.page.goto("about:blank")
        self.page.goto(entry)
        self.view = self.page.main_frame
        self.loc(".app").wait_for()

    def open_in_tensorboard(self, address: str, **choice: object) -> None:
        """Open TensorBoard at the plugin's tab."""
        self.page.goto("about:blank")
        self.page.goto(address_of(address, choice))
        frame = self.page.locator("iframe").first
        frame.content_frame.locator(".app").wait_for()
        content = frame.element_handle().content_frame()
        if content is None:
            raise RuntimeError("the plugin's frame has no content")
        self.view = content

    def loc(self, selector: str, has_text: str | None = None) -> Locator:
        """Return what a CSS selector finds in the plugin."""
        return self.view.locator(selector, has_text=has_text)

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.view.get_by_role("button", name=name, exact=True)

    def cell(self, row: str, step: int) -> Locator:
        """Return the tile of a row (`filter 4`) at a step."""
        beginning = f'[aria-label^="{row}, "]'
        return (
            self.loc(f'[role=gridcell]{beginning}[aria-label*="step {step}"]')
            .filter(visible=True)
            .first
        )

    @property
    def step(self) -> int:
        """Return what the step box says."""
        return int(self.loc("input.step").input_value())

    def expect_step(self, step: int) -> None:
        """Wait until the scrubber is at a step."""
        expect(self.loc("input.step")).to_have_value(str(step))

    def facts(self) -> dict[str, str]:
        """Return the numbers of the right column, by name."""
        names = self.loc(".detail dt").all_inner_texts()
        values = self.loc(".detail dd").all_inner_texts()
        return dict(zip(names, values, strict=True))

    def violations(self) -> list[str]:
        """Return what axe-core and readers object to, in either theme."""
        self.view.evaluate(AXE.read_text("utf-8"))
        found: list[str] = self.view.evaluate(_SMALL)
        for theme, rules in (("light", None), ("dark", _OF_COLOURS)):
            self.set_theme(theme)
            broken: list[str] = self.view.evaluate(_CHECK, rules)
            found += [f"{theme}: {each}" for each in broken]
        return found

    def set_theme(self, theme: str) -> None:
        """Show the page as in TensorBoard's light or dark mode."""
        is_dark = str(theme == "dark").lower()
        self.view.evaluate(
            f"document.body.classList.toggle('dark-mode', {is_dark})"
        )
        self.loc(f":root[data-theme={theme}]").wait_for()


def drawn(tile: Locator) -> Locator:
    """Return a tile's picture, once it is there."""
    picture = tile.locator(".picture").first
    expect(picture).to_have_class(re.compile(r"^picture (marked|missing)?$"))
    return picture


def painted(tile: Locator, x: float = 0.5, y: float = 0.5) -> Colour:
    """Return the colour of a tile's picture at (x, y), in parts of it."""
    red, green, blue, alpha = drawn(tile).evaluate(_PIXEL, [x, y])
    assert alpha == 255
    return red, green, blue


def seen(locator: Locator) -> np.ndarray:
    """Return what is on the screen there, (h, w, 3) uint8."""
    shot = locator.screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
