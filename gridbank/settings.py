"""Settings of gridbank: one file, two profiles, everything variable read from the environment."""

from functools import partial
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from gridbank import environment
from gridbank.keys import holds_tables, load_keys
from gridbank.sealing import load_seal_key

ENVIRONMENT = environment.read()
BASE_DIR = environment.BASE_DIR
VAR_DIR = ENVIRONMENT.var
try:
    # the database, keys and messages are nobody else's
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"GRIDBANK_VAR: {VAR_DIR} can't be made: {error.strerror}.") from None

PRODUCTION = ENVIRONMENT.profile == "production"
DEBUG = ENVIRONMENT.debug == "1"
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        ENVIRONMENT.database_url or f"sqlite:///{VAR_DIR / 'gridbank.sqlite3'}",
        # a new connection for every request costs six times the throughput
        conn_max_age=600,
        conn_health_checks=True,
    )
}
_database = DATABASES["default"]
try:
    KEYS = load_keys(
        VAR_DIR / "keys.json",
        beside=Path(_database["NAME"]) if _database["ENGINE"].endswith("sqlite3") else None,
        holds=partial(holds_tables, _database) if _database["ENGINE"].endswith("postgresql") else None,
    )
    SEAL_KEY = load_seal_key(KEYS.index_key, ENVIRONMENT.seal_key, ENVIRONMENT.seal_key_file)
except (ValueError, OSError) as error:
    raise ImproperlyConfigured(str(error)) from None
SECRET_KEY = KEYS.secret_key
ANCHOR_FILE = ENVIRONMENT.anchor_file or VAR_DIR / "anchors.jsonl"
ALLOWED_HOSTS = ENVIRONMENT.hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "gridbank",
    "audit",
    "people",
    "jobs",
    "exchange",
    "grids",
    "ground",
    "customers",
    "needs",
    "products",
    "visits",
    "performance",
    "dashboards",
    "demo",
    "axes",
    "csp",
    "django_htmx",
    "heroicons",
    "leaflet",
    "rest_framework",
    "drf_spectacular",
    "template_partials",
]

MIDDLEWARE = [
    # what closes up an answer stands outside of whatever may answer early
    "gridbank.middleware.RequestContextMiddleware",
    "gridbank.middleware.LeavingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "gridbank.middleware.CompressedPageMiddleware",
    "gridbank.middleware.BodyLimitMiddleware",
    "gridbank.middleware.StartMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gridbank.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gridbank.middleware.HtmxRedirectMiddleware",
    "gridbank.middleware.VisibleTextMiddleware",
    "audit.middleware.DenialAuditMiddleware",
    "audit.middleware.ReadingMiddleware",
    "people.middleware.SessionAgeMiddleware",
    "people.middleware.AccessMiddleware",
    "gridbank.middleware.AddressMiddleware",
    "people.middleware.TokenUseMiddleware",
    "grids.middleware.FinalMonthMiddleware",
    "gridbank.middleware.ErrorsMiddleware",
    # nearer to the view: hears of an error first
    "gridbank.middleware.SecondTryMiddleware",
    "axes.middleware.AxesMiddleware",
]

FORM_RENDERER = "gridbank.widgets.FormRenderer"
ROOT_URLCONF = "gridbank.urls"
WSGI_APPLICATION = "gridbank.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboards.navigation.navigation",
            ],
        },
    }
]

SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE
# of processes that answer pages (gridbank/serving.py)
LOCK_SECONDS, STATEMENT_SECONDS = ENVIRONMENT.lock_seconds, ENVIRONMENT.statement_seconds
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "staff_no")},
    },
    {"NAME": "people.passwords.OwnWordsValidator"},
    {"NAME": "people.passwords.RepetitionValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "people.passwords.ContextWordsValidator"},
]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:login"

AXES_FAILURE_LIMIT = 10
# hours; nobody is locked out for ever by somebody else's guesses
AXES_COOLOFF_TIME = 0.25
# per account: an address is shared by a whole branch
AXES_LOCKOUT_PARAMETERS = ["username"]
# of all names together, in the same time: far beyond what a branch behind one address mistypes
GUESSES_FROM_AN_ADDRESS = 60
AXES_CLIENT_IP_CALLABLE = "people.addresses.address_of"
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",
    # a bank's inner host belongs in no browser's preload list
    "security.W021",
]
AXES_HANDLER = "people.guessing.GuessHandler"
AXES_USERNAME_CALLABLE = "people.passwords.axes_username"
AXES_LOCKOUT_CALLABLE = "people.views.locked_out"
AXES_RESET_ON_SUCCESS = True
# guessing on doesn't prolong the lock
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_SENSITIVE_PARAMETERS = ["username", "next", "current_password", "new_password1", "new_password2"]

# the rows hold no key that opens anything
SESSION_ENGINE = "people.signed_in"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = ENVIRONMENT.idle_minutes * 60
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# scripts take the token from the page
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
# one cookie less to guard
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_SSL_REDIRECT = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gridbank.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# of any body: BodyLimitMiddleware answers 413
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# of those that bring a file: what a file may have, and what stands around it
UPLOAD_ROUTES = ("/exchange/new/", "/api/v1/batches/")
UPLOAD_MAX_SIZE = 65 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "gridbank.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gridbank.assets.Assets"},
}

# nobody's page but ours asks for them
WHITENOISE_ALLOW_ALL_ORIGINS = False

LEAFLET_CONFIG = {
    "TILES": [],
    "NO_GLOBALS": False,
    "RESET_VIEW": False,
    "ATTRIBUTION_PREFIX": "",
}
MAP_TILE_URL = ENVIRONMENT.tile_url

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api.authentication.TokenAuthentication",
        "people.api.authentication.SignedInSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["people.api.permissions.HasRole"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["gridbank.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "gridbank.api.CursorPages",
    # the Accept header says it; a query string holds filters only
    "URL_FORMAT_OVERRIDE": None,
    # the document says it once; OPTIONS answers nobody about a row
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "gridbank.errors.api_exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "gridbank API",
    "DESCRIPTION": "Grid-based customer relationship management for rural commercial banks.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # two answers have it, or what is sent has another of the name
    "ENUM_NAME_OVERRIDES": {
        "PeriodStatusEnum": "performance.enums.PeriodStatus",
        "KindEnum": "grids.enums.GridKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "people.api.schema.document_idempotency",
        "people.api.schema.document_refusals",
    ],
}

# of a colleague's month: his rank, or his targets, actuals and points too
# longer than this nobody should lead the same grid
ROTATION_MONTHS = ENVIRONMENT.rotation_months
PEERS_SEE_POINTS = ENVIRONMENT.peers == "points"

FIELD_CIPHER = ENVIRONMENT.field_cipher

CELERY_BROKER_URL = ENVIRONMENT.broker_url

JOB_LEASE_SECONDS = ENVIRONMENT.job_lease
JOB_REPUBLISH_SECONDS = ENVIRONMENT.job_republish
JOB_SWEEP_SECONDS = ENVIRONMENT.job_sweep

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "one_line": {"()": "gridbank.logs.OneLineFilter"},
        "mistyped": {"()": "gridbank.logs.MistypedFilter"},
    },
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["mistyped", "one_line"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gridbank": {"level": "INFO"}},
}
