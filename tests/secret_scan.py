"""Looks for secrets in the tracked files, offline (a step of `make check`): `python tests/secret_scan.py`.

What detect-secrets takes for a secret and is none stands in `secret_scan_allowed.json` by file, kind and hash, each group
with its reason. A finding that is not there fails; so does an entry that nothing fits any more. With `--allow REASON`
the present findings are added under that reason, to be looked at before they are committed.

(Not named `secrets.py`: scripts of this folder would import it instead of the standard library's module.)
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "tests" / "secret_scan_allowed.json"
BINARY = {".png", ".jpg", ".woff2", ".pdf", ".ttf", ".ico", ".xlsx", ".zip"}
UNREAD: Mapping[str, str] = {
    "requirements.lock": "hashes of packages, one a line",
    "package-lock.json": "hashes of packages",
    "docs/advisories.json": "a public database's texts and the number of its commit",
    "tests/secret_scan_allowed.json": "hashes of what was looked at and allowed",
}
"""Files that are not looked at, and why."""
PLUGINS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "KeywordDetector",
    "PrivateKeyDetector",
)
ENTROPY = (("Base64HighEntropyString", 4.5), ("HexHighEntropyString", 3.0))
"""What is looked for. Keys of vendors the house has nothing to do with cost half the time and are left out; most of them
are found by their entropy or by the word beside them."""
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Found:
    """Something that looks like a secret; the value itself is never shown."""

    path: str
    line: int
    kind: str
    hash: str

    @property
    def key(self) -> Key:
        """What an allowed entry names it by: lines move."""
        return self.path, self.kind, self.hash


def tracked(root: Path = ROOT, *, new: bool = False) -> list[str]:
    """The files git knows that could hold text; `new`: also those it would take up."""
    command = ["git", "ls-files", "-z", *(["--cached", "--others", "--exclude-standard"] if new else [])]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    names = [name for name in listed.decode().split("\0") if name and name not in UNREAD]
    return [n for n in names if Path(n).suffix.lower() not in BINARY and (root / n).is_file()]


def scan(names: Iterable[str], root: Path = ROOT) -> list[Found]:
    """Everything that looks like a secret in these files, by file and line."""
    plugins = [{"name": name} for name in PLUGINS] + [{"name": n, "limit": limit} for n, limit in ENTROPY]
    with transient_settings({"plugins_used": plugins}):
        collection = SecretsCollection(root=str(root))
        collection.scan_files(*names)
        found = [Found(path, s.line_number, s.type, s.secret_hash) for path, s in collection]
    return sorted(found, key=lambda one: (one.path, one.line, one.kind))


def allowed(text: str) -> dict[Key, str]:
    """Allowed findings with their reasons. Raises ValueError for an entry without one."""
    entries: dict[Key, str] = {}
    for group in json.loads(text):
        if not str(group.get("reason", "")).strip():
            raise ValueError(f"{group['file']}: an allowed finding needs a reason")
        entries |= {(group["file"], group["kind"], one): group["reason"] for one in group["hashes"]}
    return entries


def complaints(found: Iterable[Found], known: Mapping[Key, str], names: Iterable[str] = ()) -> list[str]:
    """What is wrong, a line each: a secret that nobody allowed, an entry that nothing in the files looked at fits."""
    all_found, looked_at = list(found), set(names)
    lines = [
        f"{f.path}:{f.line}: {f.kind}: take it out, or allow it with a reason"
        for f in all_found
        if f.key not in known
    ]
    stale = set(known) - {one.key for one in all_found}
    return lines + [
        f"{path}: an allowed {kind} is no longer there: take the entry out"
        for path, kind, _ in sorted(stale)
        if path in looked_at or not (ROOT / path).exists()
    ]


def _allow(found: Iterable[Found], reason: str) -> None:
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    known = allowed(ALLOWED.read_text()) if ALLOWED.exists() else {}
    for one in {f.key for f in found}:
        path, kind, digest = one
        groups[path, kind, known.get(one, reason)].append(digest)
    listed = [
        {"file": path, "kind": kind, "reason": why, "hashes": sorted(hashes)}
        for (path, kind, why), hashes in sorted(groups.items())
    ]
    ALLOWED.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")


def main(arguments: list[str]) -> int:
    """Print what is wrong; 1 when something is."""
    if arguments[:1] == ["--allow"] and len(arguments) == 2:
        _allow(scan(tracked(new=True)), arguments[1])
        return 0
    names = tracked()
    wrong = complaints(scan(names), allowed(ALLOWED.read_text()), names)
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
