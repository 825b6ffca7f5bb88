"""Settings of the building, from environment variables only (docs/operations.md lists them)."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from workflow.demo.accounts import sign_in_list

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """The key from the environment, else one made once for this checkout and kept under var/."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = VAR_DIR / "secret_key"
    if not path.exists():
        import secrets

        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEBUG = _flag("DEBUG", "0")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")  # printed in letters and mails

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.staticfiles.ProjectStaticFiles",
    "viewflow",
    "viewflow.workflow",
    "guardian",
    "cases",
    "notices",
    "workflow",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cases.views.icon_sprite.IconSpriteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cases.views.kept_input.KeepInputMiddleware",
    "cases.views.locale.UserLocaleMiddleware",
    "cases.views.account_header.AccountHeaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["config.templates.Files", "config.templates.Applications"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workflow.views.shell.shell",
            ],
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{VAR_DIR / 'zhijian.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a reader that later writes otherwise fails with "database is locked" instead of waiting.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-65536; PRAGMA busy_timeout=20000;",
    }
    # Tests race in threads: an in-memory database would answer "table is locked" at once instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c lock_timeout=15000"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHE_URL = os.environ.get("CACHE_URL", "")
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
UPLOAD_MAX_MB = int(os.environ.get("UPLOAD_MAX_MB", "20"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "cases.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "cases.permissions.BodyTreeBackend"]
ANONYMOUS_USER_NAME = None  # guardian: no anonymous row
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # BodyTreeBackend answers object permissions in guardian's stead
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("HTTPS", "0")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "Asia/Shanghai")

# --- static files and content policy ---------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.staticfiles.ShortStaticFiles"},
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
    }
}

# --- background work: the job row is the truth, the broker only a doorbell -------------------------------------------
BROKER_URL = os.environ.get("BROKER_URL", "")  # empty: `manage.py engine` runs the jobs in a loop of its own
WEBHOOK_URL = os.environ.get("WEBHOOK_URL", "")  # empty: no webhook leaves the house
CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "zhijian"
CELERY_TIMEZONE = TIME_ZONE
if BROKER_URL.startswith(("redis", "rediss", "unix")):
    # Redis hands a message out again after this time; it must outlast the longest lease (a system check compares them).
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 2 * 3600, "socket_keepalive": True}
elif BROKER_URL.startswith("amqp"):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    CELERY_BROKER_NATIVE_DELAYED_DELIVERY_QUEUE_TYPE = "quorum"
    CELERY_WORKER_DETECT_QUORUM_QUEUES = True
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}

SMS_SENDER = os.environ.get("SMS_SENDER", "cases.services.sms.ConsoleSms")  # dotted path of an SmsSender
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "zhijian@localhost")

# --- who signs documents (docs/operations.md): secrets come from the environment and stay in the process --------------
DEMO = _flag("DEMO", "0")
SIGNER = os.environ.get("SIGNER", "demo" if DEMO else "")  # file, token, remote, demo; empty: issued unsigned
SIGNER_KEY_FILE = os.environ.get("SIGNER_KEY_FILE", "")
SIGNER_KEY_PASSWORD = os.environ.get("SIGNER_KEY_PASSWORD", "")
SIGNER_TOKEN_LIBRARY = os.environ.get("SIGNER_TOKEN_LIBRARY", "")
SIGNER_TOKEN_LABEL = os.environ.get("SIGNER_TOKEN_LABEL", "")
SIGNER_TOKEN_KEY = os.environ.get("SIGNER_TOKEN_KEY", "")
SIGNER_TOKEN_PIN = os.environ.get("SIGNER_TOKEN_PIN", "")
SIGNER_SERVICE_URL = os.environ.get("SIGNER_SERVICE_URL", "")
SIGNER_SERVICE_KEY = os.environ.get("SIGNER_SERVICE_KEY", "{body}")
SIGNER_SERVICE_ANSWER = os.environ.get("SIGNER_SERVICE_ANSWER", "cms")  # or raw
SIGNER_SERVICE_SECRET = os.environ.get("SIGNER_SERVICE_SECRET", "")
SIGNER_CERTIFICATE = os.environ.get("SIGNER_CERTIFICATE", "")  # PEM, for raw answers
SIGNER_TRUST = os.environ.get("SIGNER_TRUST", "")  # PEM of the root certificates the verification page trusts
SIGNER_DEMO_DIR = VAR_DIR / "demo-signer"

# --- the demo: offers its accounts on the sign-in page ---------------------------------------------------------------
DEMO_ACCOUNTS = sign_in_list() if DEMO else []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
