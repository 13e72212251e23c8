"""Opens reports in a real browser, at two widths, light and dark, and checks what a reader would see.

    report-check.py [--pictures DIR] REPORT.html …

For each report: nothing is wider than the window, every figure drew something that has a size and the
page's colors, no text or number is missing in a table, nothing is fetched, no script runs, and the
browser has nothing to complain about. Prints a line for each view, and fails at the first that is wrong.
"""
import argparse
import base64
import pathlib
import shutil
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WIDTHS = {"desktop": 1280, "phone": 390}

# What is asked of the page; an empty list is a good page.
QUESTIONS = """
const wrong = [];
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
  wrong.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
for (const element of document.body.querySelectorAll('*')) {
  const box = element.getBoundingClientRect();
  if (box.width > 0 && box.right > width + 1 && !element.closest('.scroll, pre'))
    wrong.push(`<${element.tagName}> reaches ${box.right}, outside of the window`);
}
const page = getComputedStyle(document.body).backgroundColor;
const figures = document.querySelectorAll('figure');
if (figures.length === 0) wrong.push('there is no figure');
figures.forEach((figure, index) => {
  const name = figure.querySelector('figcaption')?.textContent.trim() || `figure ${index + 1}`;
  const svg = figure.querySelector('svg');
  if (!svg) return wrong.push(`${name}: no picture`);
  if (!svg.getAttribute('aria-label')) wrong.push(`${name}: no text for those who cannot see`);
  const box = svg.getBoundingClientRect();
  if (box.width < 200 || box.height < 60) wrong.push(`${name}: ${box.width} by ${box.height}`);
  const plots = svg.querySelectorAll('[class^=plot_]');
  if (plots.length === 0) wrong.push(`${name}: nothing is plotted`);
  for (const plot of plots) {
    const marks = [...plot.querySelectorAll('path, polygon, rect, circle')].filter((mark) => {
      const look = getComputedStyle(mark), size = mark.getBBox();
      const isDot = look.strokeLinecap === 'round' && parseFloat(look.strokeWidth) > 1;
      return (size.width + size.height > 0 || isDot) && (look.stroke !== 'none' || look.fill !== 'none')
        && look.stroke !== page && look.fill !== page;
    });
    if (marks.length === 0) wrong.push(`${name}: ${plot.getAttribute('class')} drew nothing`);
  }
  if (svg.innerHTML.includes('NaN')) wrong.push(`${name}: a place that is no number`);
  for (const text of svg.querySelectorAll('text')) {
    const place = text.getBoundingClientRect();
    if (place.left < box.left - 2 || place.right > box.right + 2)
      wrong.push(`${name}: '${text.textContent.trim()}' is cut off`);
    if (getComputedStyle(text).fill === page) wrong.push(`${name}: text in the page's color`);
  }
});
for (const section of document.querySelectorAll('main section'))
  if (section.innerText.trim().split('\\n').length < 2)
    wrong.push(`the section '${section.id}' is empty`);
for (const link of document.querySelectorAll('nav a'))
  if (!document.querySelector(link.getAttribute('href'))) wrong.push(`${link.href} leads nowhere`);
const names = [...document.querySelectorAll('[id]')].map((element) => element.id);
if (new Set(names).size !== names.length) wrong.push('an id stands there twice');
if (document.querySelector('script')) wrong.push('there is a script');
if (performance.getEntriesByType('resource').length > 0) wrong.push('something was fetched');
return {wrong, page, figures: figures.length};
"""


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--hide-scrollbars", "--disable-background-networking"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def look(driver, report, width, scheme):
    """Shows a report at a width in a color scheme."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.get(report.resolve().as_uri())
    answer = driver.execute_script(QUESTIONS)
    answer["wrong"] += [entry["message"] for entry in driver.get_log("browser")]
    return answer


def picture(driver, path):
    image = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
    path.write_bytes(base64.b64decode(image["data"]))


def check(driver, report, pictures):
    size = report.stat().st_size
    failures = [] if size < 1 << 20 else [f"{report}: {size} bytes, more than 1 MiB"]
    pages = set()
    for name, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            answer = look(driver, report, width, scheme)
            pages.add((scheme, answer["page"]))
            view = f"{report}, {name} {width}, {scheme}"
            failures += [f"{view}: {sentence}" for sentence in answer["wrong"]]
            verdict = "WRONG" if answer["wrong"] else "good"
            print(f"{view}: {answer['figures']} figures, {verdict}")
            if pictures:
                picture(driver, pictures / f"{report.parent.name}-{report.stem}-{name}-{scheme}.png")
    if len(pages) != 2 or len({color for _, color in pages}) != 2:
        failures.append(f"{report}: light and dark look alike")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reports", nargs="+", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path, help="a folder for pictures of the pages")
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    driver = browser()
    try:
        failures = [sentence for report in arguments.reports
                    for sentence in check(driver, report, arguments.pictures)]
    finally:
        driver.quit()
    for sentence in failures:
        print(f"report-check: {sentence}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
