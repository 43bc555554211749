"""The report in a real browser: it shows all, loads and runs nothing."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import known_content as known
from tests.known_content import Plan
from tests.written_log import write_log


@pytest.fixture
def page(browser):
    """A page without a network; what it says or asks for is an error."""
    context = browser.new_context(offline=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url))
    yield page
    context.close()
    allowed = re.compile(r"file:///\S+/r\.html$|data:image/(png|jpeg);base64,")
    assert [each for each in said if not allowed.match(each)] == []


def opened(page: Page, file: Path) -> Page:
    page.goto(file.as_uri())
    return page


def test_every_picture_of_the_run_is_there(page, export, plan: Plan):
    opened(page, export("r.html"))
    classes = len(known.mean_rows(plan, plan.captures - 1))
    rows = plan.layers * (plan.filters + plan.images + classes)
    assert page.locator(".strip td").count() == rows * plan.captures
    sizes = page.locator("img").evaluate_all(
        "all => all.map(e => e.naturalWidth)"
    )
    assert len(sizes) > rows * plan.captures - 10 and min(sizes) > 0


def test_verdicts_and_moments_are_those_of_the_log(page, export, plan: Plan):
    opened(page, export("r.html", "--kind=grad_cam", "--layer=conv1"))
    right = page.locator("tbody tr").nth(2).locator("td.right")
    assert right.count() == plan.captures - 2
    moments = page.locator("thead b").all_inner_texts()[: plan.captures]
    assert moments[0] == "baseline" and moments[1] == "epoch 1"
    assert "new fit" in page.locator("thead").first.inner_text()


def test_the_story_is_the_one_of_the_tab(page, export):
    opened(page, export("r.html"))
    titles = page.locator(".findings h4").all_inner_texts()
    assert any("Held-out images right" in title for title in titles)
    assert any("images: Attention moved from" in title for title in titles)
    assert page.locator(".findings img").count() >= 2


def test_a_layer_says_what_became_of_its_filters(export, tmp_path_factory):
    log = tmp_path_factory.mktemp("lineage")
    write_log(
        log / "demo", Plan(captures=3, layers=1, images=2, exemplars=True)
    )
    page = export("r.html", "--kind=filter_patterns", log=log).read_text()
    told = "since the baseline 2 kept their meaning, 2 changed, 2 rewritten"
    assert told in page
    without = export("r.html", "--kind=filter_patterns").read_text()
    assert "kept their meaning" not in without


def test_the_style_is_accepted_and_nothing_else(page, export):
    opened(page, export("r.html", "--max-layers=1", "--rows=1"))
    width = page.locator("body").evaluate("e => getComputedStyle(e).maxWidth")
    assert width == "1440px"
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    assert policy.startswith(
        "default-src 'none'; img-src data:; style-src 'sha"
    )
    assert page.locator("script, link, iframe, form, [style]").count() == 0


def test_names_of_a_hostile_log_are_only_text(page, export, hostile_dir):
    opened(page, export("r.html", log=hostile_dir))
    assert page.title() == "What the network learned to see"
    assert page.locator("[onclick], [onerror], img[src='x']").count() == 0
    seen = page.locator("body").inner_text()
    assert "<b onclick=alert(1)>" in seen
    assert "<img src=x onerror=" in seen and "\u202e" not in seen


def test_what_could_not_be_read_is_told(page, export, hostile_dir):
    opened(page, export("r.html", log=hostile_dir))
    told = page.locator("details").all_inner_texts()
    assert any("could not be read" in each for each in told)
    hidden = page.locator("body").text_content()
    assert "schema version 99; this plugin reads 1" in hidden
    assert "the picture has" in hidden or "is too large" in hidden
    missing = page.locator(".missing").first
    assert missing.inner_text() == "missing"
