"""Cut the Tabler icon font down to the icons in `icons.txt`.

The whole font is 500 kB and a government PC loads it on every first visit; the few hundred icons this
house may use weigh about a tenth. `icons.txt` is the list (one name a line, without `ti-`), kept wider
than what is used today so that a new page rarely needs a new cut; a test fails when a template or a
module names an icon that is not in it. The result, `static/ui/icons/icons.{woff2,css}`, is committed.

    npm ci
    python -m pip install "fonttools[woff]"      # only to cut the font, not to run the house
    python -m luban.ui.subset_icons
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "node_modules/@tabler/icons-webfont/dist"
LIST = HERE / "icons.txt"
TARGET = HERE / "static/ui/icons"

HEAD = """/* Tabler Icons {version} (MIT), cut to luban/ui/icons.txt by `python -m luban.ui.subset_icons`. */
@font-face {{ font-family: "tabler-icons"; font-style: normal; font-weight: 400; font-display: block;
  src: url("icons.woff2") format("woff2"); }}
.ti {{ font-family: "tabler-icons" !important; font-style: normal; font-weight: normal; font-variant: normal;
  text-transform: none; line-height: 1; -webkit-font-smoothing: antialiased; }}
"""


def listed_icons() -> list[str]:
    """Names in `icons.txt`, sorted; blank lines and `#` comments are skipped."""
    lines = (line.split("#")[0].split() for line in LIST.read_text(encoding="utf-8").splitlines())
    return sorted({name for line in lines for name in line})


def code_points(*, css: str) -> dict[str, str]:
    """Icon name → hexadecimal code point, read from Tabler's own style sheet."""
    return dict(re.findall(r'\.ti-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"', css))


def cut() -> int:
    """Write the subset font and its style sheet; return the number of icons. Unknown names stop it."""
    css = (SOURCE / "tabler-icons.css").read_text(encoding="utf-8")
    known = code_points(css=css)
    names = listed_icons()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"icons.txt names icons Tabler does not have: {', '.join(unknown)}")
    version = re.search(r"Tabler Icons ([\d.]+)", css)
    TARGET.mkdir(parents=True, exist_ok=True)
    unicodes = ",".join(f"U+{known[name]}" for name in names)
    font = SOURCE / "fonts/tabler-icons.ttf"
    subprocess.run(
        [
            *(sys.executable, "-m", "fontTools.subset", str(font), f"--unicodes={unicodes}"),
            *("--flavor=woff2", "--layout-features=", f"--output-file={TARGET / 'icons.woff2'}"),
        ],
        check=True,
    )
    rules = "\n".join(f'.ti-{name}::before {{ content: "\\{known[name]}"; }}' for name in names)
    head = HEAD.format(version=version[1] if version else "")
    (TARGET / "icons.css").write_text(head + rules + "\n", encoding="utf-8")
    return len(names)


if __name__ == "__main__":
    print(f"{cut()} icons")  # noqa: T201
