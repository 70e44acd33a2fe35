"""Django's settings. Whatever differs between installations comes from the environment (see `config.environment`)."""

import json
import os
from typing import Any

from config import environment

BASE_DIR = environment.BASE
LUBAN_VAR = environment.var_folder()
LUBAN_DEMO = environment.flag("LUBAN_DEMO", default=True)
LUBAN_SANDBOX_URL = os.environ.get("LUBAN_SANDBOX_URL") or "http://127.0.0.1:8010"
LUBAN_PUBLIC_URL = (os.environ.get("LUBAN_PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/")
LUBAN_LINKS: dict[str, Any] = json.loads(os.environ.get("LUBAN_LINKS") or "{}")
LUBAN_CRYPTO_URL = (os.environ.get("LUBAN_CRYPTO_URL") or "").rstrip("/")
LUBAN_OIDC = environment.identity_platforms(demo=LUBAN_DEMO, sandbox=LUBAN_SANDBOX_URL)
_ALL_KINDS = ["enterprise", "official", "operator"]
LUBAN_ONE_SESSION = (environment.words("LUBAN_ONE_SESSION") if LUBAN_DEMO else []) or _ALL_KINDS
LUBAN_SESSION_HOURS = environment.number("LUBAN_SESSION_HOURS", default=12)
LUBAN_PROOF_MINUTES: int | None = environment.number(
    "LUBAN_PROOF_MINUTES", default=30
)  # None: never; tests only
LUBAN_PASSWORD_DAYS = environment.number("LUBAN_PASSWORD_DAYS", default=90)
LUBAN_GATEWAY_FROM = environment.words("LUBAN_GATEWAY_FROM")
LUBAN_GATEWAY_HEADERS = environment.words("LUBAN_GATEWAY_HEADERS") or [
    "X-Client-Verify",
    "X-Client-Serial",
    "X-Client-Subject",
]
LUBAN_LOG = "json" if os.environ.get("LUBAN_LOG", "").strip().lower() == "json" else "line"
LUBAN_METRICS_FROM = environment.words("LUBAN_METRICS_FROM") or ["127.0.0.1", "::1"]
LUBAN_CHAIN_URLS = environment.chain_urls(var=LUBAN_VAR)
LUBAN_CHAIN_PROFILE = os.environ.get("LUBAN_CHAIN_PROFILE") or "embedded"
LUBAN_CALLBACK_HOSTS = environment.callback_hosts(demo=LUBAN_DEMO, sandbox=LUBAN_SANDBOX_URL)
LUBAN_CALLBACK_NETWORKS = environment.words("LUBAN_CALLBACK_NETWORKS")
LUBAN_FONT_DIR = os.environ.get("LUBAN_FONT_DIR") or ""
LUBAN_REGISTERS_FRESH = 1.0  # seconds a process trusts that no register was edited by another
LUBAN_PERMISSIONS_FRESH = 3.0  # seconds a process trusts that no right was given or taken in another
LUBAN_PACES = environment.paces()
LUBAN_CLAMD = os.environ.get("LUBAN_CLAMD") or ""
LUBAN_UPLOAD_MAX_BYTES = 50 * 1024 * 1024

SECRET_KEY = environment.secret_key(var=LUBAN_VAR)
DEBUG = False
ALLOWED_HOSTS = environment.words("LUBAN_HOSTS") or ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = environment.words("LUBAN_ORIGINS")

LUBAN_APPS = [
    "luban.people",
    "luban.links.outbox",
    "luban.links.inbox",
    "luban.ledger",
    *environment.register_apps(),
    "luban.cases",
    "luban.stages",
    "luban.stages.policy",
    "luban.stages.gateway",
    "luban.stages.subscriptions",
    "luban.ui",
    "luban.faces.signin",
    "luban.faces.portal",
    "luban.faces.office",
    "luban.faces.api",
    "luban.faces.mobile",
    "luban.faces.screen",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *LUBAN_APPS,
    "config",
]
MIDDLEWARE = [
    "config.logs.RequestIds",
    "config.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.BodySizeLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.security.WithoutNul",
    "config.alarms.Alarms",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luban.people.middleware.ActorMiddleware",
    "config.pacing.Pacing",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "luban.ui.context.ui",
            ],
        },
    },
]

DATABASES = {"default": environment.django_database(environment.database_url(var=LUBAN_VAR))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["luban.people.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "luban.people.passwords.Classes"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name"), "max_similarity": 0.6},
    },
]
SESSION_ENGINE = "luban.people.sessions"
LOGIN_URL = "/signin/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Scripts, styles and fonts come from the packages' own folders; nothing is collected or built.
STATIC_URL = "/static/"
_VENDOR = [
    "@alpinejs/csp/dist",
    "@tabler/core/dist/css",
    "@tabler/core/dist/js",
    "echarts/dist",
    "htmx.org/dist",
]
STATICFILES_DIRS = [
    (f"vendor/{package}", BASE_DIR / "node_modules" / package)
    for package in _VENDOR
    if (BASE_DIR / "node_modules" / package).is_dir()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

_secure = environment.flag("LUBAN_SECURE", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _secure
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "luban_session"
CSRF_COOKIE_NAME = "luban_csrf"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # form fields; files have LUBAN_UPLOAD_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a table of 300 rows stays well inside
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "config.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LUBAN_LOG}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "luban.access": {"level": "DEBUG" if LUBAN_LOG == "json" else "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # INFO would print credit codes in addresses
        "pyhanko": {"level": "ERROR"},  # a demo certificate is untrusted, and it says so at length
    },
}
