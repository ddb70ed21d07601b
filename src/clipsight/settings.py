"""The settings of a server: from the environment (``CLIPSIGHT_…``), and under it from ``clipsight.toml``.

In the file the names are the same without the prefix, in lower case. A value that cannot be meant is refused, and so is a
name that does not exist; what is not set has the default given here. Read once, by whoever starts a process.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from clipsight.errors import BadSetting, UnknownSetting
from clipsight.payments import readings as paying
from clipsight.schema.video import Platform
from clipsight.source.cookie_text import check_cookies
from clipsight.source.guard import StandIns
from clipsight.source.options import FetchSettings
from clipsight.store.places import BlobPlace
from clipsight.webhooks.rules import BACK_OFF, WebhookRules

PREFIX = "CLIPSIGHT_"
CONFIG = "CLIPSIGHT_CONFIG"  # path of the file; without it ``clipsight.toml`` in the working directory, when it is there
DEFAULT_CONFIG = "clipsight.toml"
BETWEEN_PROCESSES = frozenset(
    {"CLIPSIGHT_READY_FD", "CLIPSIGHT_PARENT", "CLIPSIGHT_SOCKET_FD", "CLIPSIGHT_PULSE_FD"}
)  # of the server, no settings
MOST_OF_A_NAME = 64  # characters that are shown of a name that nobody knows
MOST_WORKERS = 64
MOST_RETRIES = 50
DAYS = 24 * 3600

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_DATABASE = re.compile(r"sqlite:///.+|postgres(ql)?://[^/?#]*/[^/?#]+(\?.*)?")
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE)
_BROWSER = re.compile(r"[a-z]+(-[0-9.]+)?(:[a-z]+(-[0-9.]+)?)?")  # client, version, system: yt-dlp's notation

_BLOB_URL = re.compile(r"file:///[^?#]+|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()-]+)*/?")

Access = Literal["open", "token", "x402"]
Profile = Literal["full", "fast"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds, sizes in bytes.

    Attributes:
        data_dir: where the database and the files are kept.
        database_url: ``sqlite:///…``, by default in the data directory, or ``postgresql://…``.
        access: who may call: ``open`` (this machine alone), ``token``, or ``x402`` (also whoever pays).
        allowed_origins: origins whose pages may call, such as ``https://app.example.com``, with commas between them.
        token_key: the secret under which tokens are hashed, for several machines; by default a file in the data directory.
        reels_per_minute: submits per minute and token in the reels dialect; also the next four are for each token.
        reels_unfinished: unfinished jobs at which the reels dialect takes no more.
        jobs_per_minute, jobs_unfinished: the same in the jobs dialect.
        seconds_per_day: seconds of video that may be looked at in 24 hours; 0 is no limit.
        blob_url: where files are kept: ``file:///FOLDER`` or ``s3://BUCKET/PREFIX``; by default in the data directory.
        s3_endpoint, s3_region: address of an S3 service that is not Amazon's, and the region of the bucket.
        x402_…: how calls are paid; see the page on payments of the documentation.
        host: address to listen on.
        port: port to listen on; 0 takes any that is free.
        workers: worker processes.
        max_streams: jobs that one process follows for listeners at once.
        public_url: address under which clients reach the server, if it is another one.
        max_seconds: longest video.
        reels_max_seconds: longest video in the reels dialect.
        max_bytes: largest file.
        profile: ``full``, or ``fast`` for a little less recall in less time.
        fetch_timeout: longest time that fetching one video may take.
        job_ttl: how long a job answers.
        media_ttl, evidence_ttl: how long the file of a video, and evidence and results, are kept.
        proxy: for fetching, ``http[s]://[user:password@]host[:port]``.
        ca_bundle: certificates to trust when fetching.
        impersonate: browser whose handshake is imitated when fetching, such as ``chrome`` or ``safari-18.0``.
        media_hosts: further host suffixes from which media may come, with commas between them.
        player_clients: YouTube players to ask, in yt-dlp's names, with commas between them.
        cookies_instagram: path of a cookie file, like the next two.
        require_isolation: refuse to decode without a sandbox.
        speech: who writes down what is said: ``moonshine``, ``whisper:MODEL`` or ``openai:MODEL``.
        speech_download: whether a Whisper that is not on this machine may be fetched from the model hub.
        speech_base_url, speech_api_key: address of the transcription service, for ``openai``, and its key.
        model: language model that says what the evidence means, ``provider:model``; without one, rules do.
        model_base_url: address of a server that speaks the OpenAI protocol, such as Ollama, vLLM or llama.cpp.
        model_api_key: its key; without it the variable of the provider counts, such as OPENAI_API_KEY.
        model_timeout: how long one answer of the model may take.
        webhook_timeout, webhook_retries: seconds for one try of a webhook, and between its tries, with commas between.
        webhook_allow_private: also send to plain HTTP and private addresses, in a network that trusts all its callers.
        log_format: ``text`` for people or ``json`` for machines.
        log_level: from which level on our own lines are logged: ``debug``, ``info``, ``warning`` or ``error``.
        poll: how often a worker asks for work.
        beat: how often a worker says that it is alive.
        worker_ttl: silence after which a worker on another machine counts as dead.
        drain: how long a worker that is told to stop may take.
        silence: after which a process that gives no sign of life, because it was frozen, is killed and started anew.
        job_timeout: longest life of a job once it runs.
    """

    data_dir: Path = Path("clipsight-data")
    database_url: str = field(default="", repr=False)
    blob_url: str = ""
    s3_endpoint: str | None = None
    s3_region: str | None = None
    access: Access = "open"
    allowed_origins: tuple[str, ...] = ()
    token_key: str | None = field(default=None, repr=False)
    reels_per_minute: int = 10
    reels_unfinished: int = 3
    jobs_per_minute: int = 60
    jobs_unfinished: int = 1000
    seconds_per_day: int = 0
    x402_pay_to_evm: str | None = None
    x402_pay_to_svm: str | None = None
    x402_facilitator: str | None = None
    x402_facilitator_key: str | None = field(default=None, repr=False)
    x402_price: str = "0.10"
    x402_prices: tuple[str, ...] = ()
    x402_known_price: str | None = None
    x402_network: str = "base"
    x402_asset: str | None = None
    x402_additions: bool = True
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    max_streams: int = 1000
    public_url: str | None = None
    max_seconds: int = 180
    reels_max_seconds: int = 90
    max_bytes: int = 200_000_000
    profile: Profile = "full"
    fetch_timeout: float = 180.0
    job_ttl: int = DAYS
    media_ttl: int = 2 * DAYS
    evidence_ttl: int = 30 * DAYS
    proxy: str | None = field(default=None, repr=False)
    ca_bundle: Path | None = None
    impersonate: str | None = None
    media_hosts: tuple[str, ...] = ()
    player_clients: tuple[str, ...] = ()
    cookies_instagram: Path | None = None
    cookies_tiktok: Path | None = None
    cookies_youtube: Path | None = None
    require_isolation: bool = True
    speech: str = "moonshine"
    speech_download: bool = False
    speech_base_url: str | None = None
    speech_api_key: str | None = field(default=None, repr=False)
    model: str | None = None
    model_base_url: str | None = None
    model_api_key: str | None = field(default=None, repr=False)
    model_timeout: float = 120.0
    webhook_timeout: float = 20.0
    webhook_retries: tuple[float, ...] = BACK_OFF
    webhook_allow_private: bool = False
    log_format: LogFormat = "text"
    log_level: LogLevel = "warning"
    poll: float = 1.0
    beat: float = 3.0
    worker_ttl: float = 20.0
    drain: float = 100.0
    silence: float = 30.0
    job_timeout: float = 900.0

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'clipsight.db'}"

    @property
    def blobs(self) -> BlobPlace:
        folder = self.data_dir.absolute()
        url = self.blob_url or f"file://{folder / 'blobs'}"
        return BlobPlace(url, folder / "transit", self.s3_endpoint, self.s3_region)

    def to_environment(self) -> dict[str, str]:
        """The same settings as variables, for child processes."""
        values = {PREFIX + each.name.upper(): getattr(self, each.name) for each in fields(self)}
        return {name: _spelled(value) for name, value in values.items() if value not in (None, "", ())}


def read_settings(environment: Mapping[str, str], folder: Path, given: Mapping[str, object] | None = None) -> Settings:
    """Put the settings together.

    Args:
        environment: variables; those that do not begin with ``CLIPSIGHT_`` are ignored, and others must be settings.
        folder: where ``clipsight.toml`` is looked for.
        given: values from the command line, by name, which come before all others; None counts as not given.

    Raises:
        BadSetting: with the name of the setting and what it must be.
        UnknownSetting: with the name, and the setting that is most like it.
    """
    raw: dict[str, object] = dict(_from_file(environment, folder))
    _check_names(environment)
    for name in _READERS:
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            raw[name] = text
    raw |= {name: value for name, value in (given or {}).items() if value is not None}
    return Settings(**{name: _READERS[name](PREFIX + name.upper(), value) for name, value in raw.items()})


def cookie_files(settings: Settings) -> dict[Platform, Path]:
    """The cookie files of the platforms that are asked with an account."""
    files: dict[Platform, Path | None] = {
        "instagram": settings.cookies_instagram,
        "tiktok": settings.cookies_tiktok,
        "youtube": settings.cookies_youtube,
    }
    return {platform: file for platform, file in files.items() if file is not None}


def fetch_settings(settings: Settings, stand_ins: StandIns | None = None) -> FetchSettings:
    """How videos are fetched. ``stand_ins`` is for tests, which hand it in as an argument: no setting leads to it.

    Raises:
        BadSetting: cookies, a proxy or a media host that cannot be used.
    """
    return FetchSettings(
        cookies={platform: _cookies(platform, file) for platform, file in cookie_files(settings).items()},
        proxy=settings.proxy,
        impersonate=settings.impersonate,
        player_clients=settings.player_clients,
        ca_bundle=settings.ca_bundle,
        media_hosts=frozenset(settings.media_hosts),
        stand_ins=stand_ins,
    )


def webhook_rules(settings: Settings) -> WebhookRules:
    """How webhooks are sent."""
    return WebhookRules(
        timeout=settings.webhook_timeout,
        back_off=settings.webhook_retries,
        allow_private=settings.webhook_allow_private,
        public_url=settings.public_url,
        kept_seconds=settings.evidence_ttl,
    )


def _cookies(platform: Platform, file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        name = f"{PREFIX}COOKIES_{platform.upper()}"
        expected = "the path of a file that this process may read, with cookies in the Netscape format"
        raise BadSetting(name=name, expected=expected) from error
    check_cookies(platform, text)
    return text


def _from_file(environment: Mapping[str, str], folder: Path) -> Mapping[str, object]:
    named = environment.get(CONFIG)
    path = Path(named) if named else folder / DEFAULT_CONFIG
    if not named and not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadSetting(name=CONFIG, expected="the path of a TOML file that can be read") from error
    for name in found:
        if name not in _READERS:
            raise _unknown(name, _READERS)
    return found


def _check_names(environment: Mapping[str, str]) -> None:
    """Raises :class:`UnknownSetting` for a variable that would be ignored although somebody meant something by it."""
    known = {CONFIG, *(PREFIX + name.upper() for name in _READERS)}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known | BETWEEN_PROCESSES:
            raise _unknown(name, known)


def _unknown(name: str, known: Iterable[str]) -> UnknownSetting:
    nearest = get_close_matches(name, sorted(known), n=1, cutoff=0)[0]
    return UnknownSetting(name=ascii(name[:MOST_OF_A_NAME]).strip("'"), nearest=nearest)


def _spelled(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - of ours
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(low: int, high: int) -> Callable[[str, object], int]:
    def read(name: str, value: object) -> int:
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
            raise BadSetting(name=name, expected=f"a whole number from {low} to {high}")
        return number

    return read


def _duration(low: float, high: float) -> Callable[[str, object], float]:
    def read(name: str, value: object) -> float:
        try:
            number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise BadSetting(name=name, expected=f"a number of seconds from {low:g} to {high:g}")
        return number

    return read


def _durations(low: float, high: float) -> Callable[[str, object], tuple[float, ...]]:
    one = _duration(low, high)

    def read(name: str, value: object) -> tuple[float, ...]:
        parts: list[object] = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [None]  # pyright: ignore[reportUnknownVariableType, reportAssignmentType] - a list of TOML
        if not 1 <= len(parts) <= MOST_RETRIES:
            raise BadSetting(name=name, expected=f"1 to {MOST_RETRIES} numbers of seconds with commas between them")
        return tuple(one(name, part) for part in parts)

    return read


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise BadSetting(name=name, expected="a text")
    return value


def _database(name: str, value: object) -> str:
    text = _text(name, value)
    if not _DATABASE.fullmatch(text):
        raise BadSetting(name=name, expected="sqlite:///PATH or postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE")
    return text


def _blob_url(name: str, value: object) -> str:
    text = _text(name, value)
    if not _BLOB_URL.fullmatch(text):
        raise BadSetting(name=name, expected="file:///FOLDER or s3://BUCKET/PREFIX")
    return text


def _name(name: str, value: object) -> str:
    text = _text(name, value)
    if not _NAME.fullmatch(text):
        raise BadSetting(name=name, expected="a name: lower-case letters, digits, dots and hyphens")
    return text


def _path(name: str, value: object) -> Path:
    return value if isinstance(value, Path) else Path(_text(name, value)).expanduser()


def _existing_file(name: str, value: object) -> Path:
    path = _path(name, value)
    if not path.is_file():
        raise BadSetting(name=name, expected="the path of a file that exists")
    return path


def _list_of(form: re.Pattern[str], expected: str) -> Callable[[str, object], tuple[str, ...]]:
    def read(name: str, value: object) -> tuple[str, ...]:
        parts: list[object] = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [None]  # pyright: ignore[reportUnknownVariableType, reportAssignmentType] - a list of TOML
        found = tuple(part.strip() for part in parts if isinstance(part, str))
        if len(found) != len(parts) or not all(map(form.fullmatch, found)):
            raise BadSetting(name=name, expected=expected)
        return found

    return read


def _browser(name: str, value: object) -> str:
    if not isinstance(value, str) or not _BROWSER.fullmatch(value):
        raise BadSetting(name=name, expected="a browser that curl_cffi can imitate, such as chrome or safari-18.0")
    return value


def _flag(name: str, value: object) -> bool:
    known: dict[object, bool] = {True: True, False: False, "true": True, "1": True, "false": False, "0": False}
    found = known.get(value.lower() if isinstance(value, str) else value) if isinstance(value, (str, bool)) else None
    if found is None:
        raise BadSetting(name=name, expected="true or false")
    return found


def _speech(name: str, value: object) -> str:
    text = _text(name, value)
    kind, _, model = text.partition(":")
    if text != "moonshine" and not (kind in ("whisper", "openai") and model.strip() and text.isprintable()):
        raise BadSetting(name=name, expected="moonshine, whisper:MODEL or openai:MODEL")
    return text


def _model(name: str, value: object) -> str:
    text = _text(name, value).strip()
    provider, _, model = text.partition(":")
    if not (provider and model and text.isascii() and text.isprintable() and " " not in text):
        raise BadSetting(name=name, expected="PROVIDER:MODEL, for example anthropic:NAME, google:NAME or openai:NAME")
    return text


def _secret(name: str, value: object) -> str:
    text = _text(name, value).strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise BadSetting(name=name, expected="a key: printable ASCII characters without spaces")
    return text


def _long_secret(name: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not 32 <= len(text) <= 1024 or not (text.isascii() and text.isprintable()) or " " in text:
        raise BadSetting(name=name, expected="32 to 1024 printable ASCII characters, such as `openssl rand -hex 32` gives")
    return text


def _one_of(*known: str) -> Callable[[str, object], Any]:
    def read(name: str, value: object) -> Any:
        if value not in known:
            raise BadSetting(name=name, expected=f"{', '.join(known[:-1])} or {known[-1]}")
        return value

    return read


def _address(name: str, value: object) -> str:
    text = _text(name, value).rstrip("/")
    if not text.startswith(("http://", "https://")) or any(letter.isspace() for letter in text):
        raise BadSetting(name=name, expected="an address that begins with http:// or https://")
    return text


_names = _list_of(_NAME, "names with commas between them")

_READERS: dict[str, Callable[[str, object], Any]] = {
    "data_dir": _path,
    "database_url": _database,
    "blob_url": _blob_url,
    "s3_endpoint": _address,
    "s3_region": _name,
    "access": _one_of(*get_args(Access)),
    "allowed_origins": _list_of(_ORIGIN, "origins such as https://app.example.com, with commas between them"),
    "token_key": _long_secret,
    "reels_per_minute": _whole(1, 100_000),
    "reels_unfinished": _whole(1, 1_000_000),
    "jobs_per_minute": _whole(1, 100_000),
    "jobs_unfinished": _whole(1, 1_000_000),
    "seconds_per_day": _whole(0, 100_000_000),
    **paying.READERS,
    "x402_facilitator": _address,
    "x402_facilitator_key": _secret,
    "x402_additions": _flag,
    "host": _text,
    "port": _whole(0, 65_535),
    "workers": _whole(1, MOST_WORKERS),
    "max_streams": _whole(0, 100_000),
    "public_url": _address,
    "max_seconds": _whole(1, 3600),
    "reels_max_seconds": _whole(1, 3600),
    "max_bytes": _whole(1, 4_000_000_000),
    "profile": _one_of(*get_args(Profile)),
    "job_ttl": _whole(1, 365 * DAYS),
    "media_ttl": _whole(1, 3650 * DAYS),
    "evidence_ttl": _whole(1, 3650 * DAYS),
    "fetch_timeout": _duration(1, 3600),
    "proxy": _text,
    "ca_bundle": _existing_file,
    "impersonate": _browser,
    "media_hosts": _names,
    "player_clients": _names,
    "cookies_instagram": _existing_file,
    "cookies_tiktok": _existing_file,
    "cookies_youtube": _existing_file,
    "require_isolation": _flag,
    "speech": _speech,
    "speech_download": _flag,
    "speech_base_url": _address,
    "speech_api_key": _secret,
    "model": _model,
    "model_base_url": _address,
    "model_api_key": _secret,
    "model_timeout": _duration(1, 900),
    "webhook_timeout": _duration(1, 30),
    "webhook_retries": _durations(0.01, DAYS),
    "webhook_allow_private": _flag,
    "log_format": _one_of(*get_args(LogFormat)),
    "log_level": _one_of(*get_args(LogLevel)),
    "poll": _duration(0.01, 60),
    "beat": _duration(0.05, 60),
    "worker_ttl": _duration(0.2, 3600),
    "drain": _duration(0, 3600),
    "silence": _duration(2, 3600),
    "job_timeout": _duration(1, 24 * 3600),
}
