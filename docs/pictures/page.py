"""The picture of the landing page and the README: parts of the page that `alliance-nlp demo` writes, in a browser.

    python docs/pictures/page.py

needs Chromium. Nothing is drawn by hand: the demo's own page, with the rest of it hidden. What can be read in the
picture stands in the file too, and tests/flows/test_docs.py holds it against what the demo says today.
"""

import io
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

import alliance_nlp as an
from alliance_nlp.__main__ import main

PICTURE = Path(__file__).with_suffix(".png")
HIDE = """<style>
header .kind + h1 + .lead + .banner, header .first, #app, nav, #who, #unnamed, #both, #cannot, #behind, footer, details,
#parting > p, #parting article ~ article, #themes .cards, #themes > p, #themes .notes { display: none !important }
.columns { display: block !important } body { margin: 0; padding: 0.5rem 1rem !important }
</style></head>"""


def shown():
    """What can be read in the picture, one line each, as `page_text` prints it."""
    study = an.load_study("focus_group")
    embeddings = an.embed(an.segment(study.transcripts))
    mapping = an.map_clusters(an.cluster(embeddings), study.codebook)
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding, level="theme")
    lines = an.page_text(an.compare(study.consensus, learnt, clusters=mapping), study=study).splitlines()
    passage, table = lines.index("WHERE THE CODERS PART") + 3, lines.index("Side by side") + 1
    rows = lines[table : table + 1 + len(study.codebook.themes)]
    said = lines[passage].split(" […] ")[0]
    return [said.strip(), lines[passage + 1].strip(), *(" ".join(row.split()) for row in rows)]


def shot(page):
    """The page in a browser, cut to what is not blank."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as folder:
        file, picture = Path(folder) / "page.html", Path(folder) / "page.png"
        # the page lets no style in but its own
        page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page).replace("</head>", HIDE, 1)
        file.write_text(page, encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--window-size=860,1100",
            f"--screenshot={picture}",
        ]
        subprocess.run([browser, *options, file.as_uri()], check=True, capture_output=True)
        image = Image.open(io.BytesIO(picture.read_bytes())).convert("RGB")
    blank = Image.new("RGB", image.size, image.getpixel((0, 0)))
    low = ImageChops.difference(image, blank).getbbox()[3]
    return image.crop((0, 0, image.width, min(image.height, low + 16))).quantize(64)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        main(["demo", "--out", home, "--quiet"])
        image = shot((Path(home) / "report.html").read_text(encoding="utf-8"))
    note = PngInfo()
    note.add_itxt("shows", "\n".join(shown()))
    image.save(PICTURE, pnginfo=note, optimize=True)
