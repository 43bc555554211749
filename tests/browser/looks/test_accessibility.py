"""Every view passes axe-core and can be read: what screen readers need too."""

from typing import Any

from playwright.sync_api import expect

from tests import known_content as known
from tests.browser.tab import Tab

RUN = "plain/kerasviz"

# Choice in the address, what shows that the view is there, a key pressed then.
VIEWS: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "overview": ({"view": "overview"}, ".finding", None),
    "filters": ({"view": "filters"}, ".cell", None),
    "filter": ({"view": "filters", "item": 4, "versus": 0}, ".large", None),
    "heatmaps": ({"view": "heatmaps"}, ".cell", None),
    "layers over time": ({"view": "filters", "spans": "on"}, ".spans li", None),
    "range": ({"view": "filters", "from": 50, "to": 200}, ".cell", None),
    "grid": ({"view": "heatmaps", "show": "grid"}, ".item", None),
    "mistakes": (
        {
            "view": "heatmaps",
            "show": "grid",
            "label": 0,
            "predicted": 1,
            "selection": f"odd,{known.image_hash(3)[:12]}",
        },
        ".item",
        None,
    ),
    "image": (
        {"view": "heatmaps", "item": known.image_hash(3), "versus": 0},
        ".large",
        None,
    ),
    "side by side": (
        {"view": "heatmaps", "item": known.image_hash(3), "ab": "side"},
        ".large",
        None,
    ),
    "full screen": (
        {"view": "heatmaps", "item": known.image_hash(3)},
        ".large",
        "f",
    ),
    "compare": ({"view": "compare", "item": 4}, ".cell", None),
    "keys": ({"view": "filters"}, ".cell", "?"),
    "find": ({"view": "filters"}, ".cell", "/"),
}


def test_no_view_violates_a_rule_in_either_theme(
    tab: Tab, rust_address: str
) -> None:
    found = {}
    for name, (choice, there, key) in VIEWS.items():
        tab.open(rust_address, run=RUN, step=100, **choice)
        expect(tab.loc(there).first).to_be_visible()
        if key:
            tab.page.keyboard.press(key)
        found[name] = tab.violations()
    assert {place: each for place, each in found.items() if each} == {}
