"""What the environment may set, read in one place: folders, addresses, the secret key, the database.

LUBAN_VAR            everything this checkout writes (default <checkout>/var)
LUBAN_PORT           web port (8000); LUBAN_SANDBOX_PORT (8010), LUBAN_PG_PORT (per checkout);
                     LUBAN_WORKERS (2) and LUBAN_WEB (2) how many processes work in the background and serve
DATABASE_URL         a PostgreSQL of your own; else the address `luban up` leaves in var/database.url
LUBAN_CHAIN_URL      JSON-RPC addresses of a chain of your own, comma separated; else the embedded node's, which
                     `luban up` starts and notes in var/chain.url; LUBAN_CHAIN_PORT its port (per checkout)
LUBAN_CHAIN_PROFILE  embedded (default), besu, fisco: how that chain wants to be asked (docs/chain-targets.md)
LUBAN_PUBLIC_URL     what QR codes point at (http://127.0.0.1:<port>)
LUBAN_SANDBOX_URL    where the partners' stand-ins listen (http://127.0.0.1:8010)
LUBAN_CALLBACK_NETWORKS  private networks whose addresses events may be called back to, comma separated (10.8.0.0/16);
                     LUBAN_CALLBACK_HOSTS  hosts of this machine ("host:port") that may be called back over plain http
LUBAN_LINKS          JSON: link code → base address of a real partner
LUBAN_DEMO           1 (default): demo banner and accounts; 0 in production
LUBAN_SECRET_KEY     else made once under var/
LUBAN_HOSTS          host names served, comma separated; LUBAN_ORIGINS trusted https origins
LUBAN_SECURE         1: cookies travel over https only, and plain http is redirected
LUBAN_NOW            a date or time the clock starts at (demo and tests)
LUBAN_CRYPTO_URL     the crypto service keys come from (such as http://127.0.0.1:8010/crypto); else software keys under var/keys
LUBAN_OIDC_CITY_ISSUER, LUBAN_OIDC_CITY_CLIENT, LUBAN_OIDC_CITY_SECRET
                     the city's identity platform, which vouches for firms (docs/adr/0024)
LUBAN_OIDC_EGOV_ISSUER, LUBAN_OIDC_EGOV_CLIENT, LUBAN_OIDC_EGOV_SECRET
                     the e-government platform, which vouches for officials; in a demonstration both default to the sandbox
LUBAN_ONE_SESSION    kinds of accounts that have one session at a time (official,operator,enterprise; none: no kind);
                     heeded in a demonstration only
LUBAN_SESSION_HOURS  the longest a session lasts (12)
LUBAN_PROOF_MINUTES  how old the last proof of identity may be before sealing (30; 0: asked each time)
LUBAN_PASSWORD_DAYS  how old an administrator's password may get (90)
LUBAN_GATEWAY_FROM   addresses or networks of the gateway whose word about SM2 client certificates is believed
LUBAN_GATEWAY_HEADERS  its headers for verified, serial, subject (X-Client-Verify,X-Client-Serial,X-Client-Subject)
LUBAN_PACES          JSON: other rate limits, kind → [requests, seconds] (upload, query, export, verify, api)
LUBAN_CLAMD          where ClamAV's clamd listens (tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.sock); unset: not scanned
LUBAN_LOG            json: one JSON object a log line; else plain lines
LUBAN_METRICS_FROM   addresses that may read /metrics, comma separated (127.0.0.1,::1)
LUBAN_FONT_DIR       more fonts for documents
LUBAN_ITEMS          more folders of items, colon separated: each holds one folder an item, as luban/items does
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE = Path(__file__).resolve().parent.parent


PACES = {"upload": (120, 60), "query": (120, 60), "export": (30, 60), "verify": (60, 60), "api": (600, 60)}
"""Requests in so many seconds, of one account (upload, query, export), address (verify) or partner (api)."""


class EnvironmentMistake(ValueError):
    """A variable holds something that cannot be used; the message says which and what to do."""


def var_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder this checkout writes to, made if missing."""
    folder = Path(environ.get("LUBAN_VAR") or BASE / "var").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable: 1, true, yes, on are yes."""
    text = os.environ.get(name, "").strip().lower()
    return default if not text else text in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    """A comma separated variable as a list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def number(name: str, *, default: int) -> int:
    """A whole-number variable."""
    text = os.environ.get(name, "").strip()
    try:
        return int(text) if text else default
    except ValueError as error:
        raise EnvironmentMistake(f"环境变量 {name} 应为整数，现为“{text}”。") from error


def identity_platforms(*, demo: bool, sandbox: str) -> dict[str, dict[str, str]]:
    """Code of an identity platform (city, egov) → issuer, client, secret; '' is not configured."""
    found = {}
    for code in ("city", "egov"):
        stated = {
            name: os.environ.get(f"LUBAN_OIDC_{code.upper()}_{name.upper()}", "").strip()
            for name in ("issuer", "client", "secret")
        }
        if demo and not stated["issuer"]:
            stated["issuer"] = f"{sandbox.rstrip('/')}/identity/{code}"
        found[code] = stated
    return found


def paces() -> dict[str, tuple[int, int]]:
    """Kind of request → how many in how many seconds: the house's own, with those of LUBAN_PACES over them."""
    found = dict(PACES)
    try:
        for kind, (most, seconds) in json.loads(os.environ.get("LUBAN_PACES") or "{}").items():
            if kind not in PACES or int(most) < 1 or int(seconds) < 1:
                raise ValueError(kind)
            found[kind] = (int(most), int(seconds))
    except (ValueError, TypeError, AttributeError) as error:
        raise EnvironmentMistake(
            f'环境变量 LUBAN_PACES 应形如 {{"verify": [60, 60]}}，种类限于{"、".join(PACES)}。'
        ) from error
    return found


def register_apps(*, base: Path = BASE) -> list[str]:
    """The registers that keep tables, sorted: every folder of luban/registers with an `apps.py` is a Django app."""
    return [f"luban.registers.{path.parent.name}" for path in sorted(base.glob("luban/registers/*/apps.py"))]


def item_folders() -> list[Path]:
    """The folders of items beside luban/items, of LUBAN_ITEMS."""
    folders = [
        Path(name).expanduser() for name in os.environ.get("LUBAN_ITEMS", "").split(os.pathsep) if name
    ]
    for folder in folders:
        if not folder.is_dir():
            raise EnvironmentMistake(f"环境变量 LUBAN_ITEMS 中的“{folder}”不是文件夹，请检查后重新启动。")
    return folders


def secret_key(*, var: Path) -> str:
    """The key Django signs with: LUBAN_SECRET_KEY, or one made once under var/ (safe when two processes start at once)."""
    given = os.environ.get("LUBAN_SECRET_KEY")
    if given:
        return given
    path = var / "secret.key"
    if not path.exists():
        draft = var / f"secret.key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def database_url(*, var: Path) -> str:
    """DATABASE_URL, or the running embedded database's address, or "" when nothing runs."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    noted = var / "database.url"
    return noted.read_text().strip() if noted.exists() else ""


def chain_urls(*, var: Path) -> list[str]:
    """LUBAN_CHAIN_URL, or the running embedded node's address, or [] when none runs."""
    noted = var / "chain.url"
    return words("LUBAN_CHAIN_URL") or ([noted.read_text().strip()] if noted.exists() else [])


def django_database(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into Django's settings; an empty one gives settings that fail when used."""
    parts = urlsplit(url or "postgresql://luban@127.0.0.1:5432/luban")
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentMistake("DATABASE_URL 应形如 postgresql://用户:口令@主机:端口/库名。")
    options: dict[str, Any] = {"application_name": "luban", "connect_timeout": 10}
    options.update(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def callback_hosts(*, demo: bool, sandbox: str) -> list[str]:
    """Hosts of this machine ("host:port") that events may be called back to over plain http: LUBAN_CALLBACK_HOSTS, and in
    a demonstration the stand-ins of the provinces."""
    named = words("LUBAN_CALLBACK_HOSTS")
    return [*named, *([urlsplit(sandbox).netloc] if demo else [])]
