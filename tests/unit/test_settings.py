from __future__ import annotations

from pathlib import Path

import certifi
import pytest

from clipsight.errors import BadSetting, UnknownSetting
from clipsight.jobs.port import Knobs
from clipsight.jobs.process import PARENT_VARIABLE, PULSE_VARIABLE, READY_VARIABLE, SOCKET_VARIABLE
from clipsight.settings import BETWEEN_PROCESSES, Settings, cookie_files, fetch_settings, read_settings
from clipsight.source.options import FetchSettings

JAR = ".tiktok.com\tTRUE\t/\tTRUE\t0\tsid_tt\tsecret\n"


def test_defaults(tmp_path):
    settings = read_settings({"PATH": "/bin"}, tmp_path)
    assert settings == Settings()
    assert (settings.host, settings.port, settings.access, settings.workers) == ("127.0.0.1", 8080, "open", 1)
    assert settings.poll == Knobs().poll == 1.0
    assert settings.database == f"sqlite:///{Path.cwd() / 'clipsight-data' / 'clipsight.db'}"


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(tmp_path):
    (tmp_path / "clipsight.toml").write_text('port = 1\nhost = "localhost"\nworkers = 3\n')
    settings = read_settings({"CLIPSIGHT_PORT": "2", "CLIPSIGHT_WORKERS": "4"}, tmp_path, {"port": 5, "data_dir": None})
    assert (settings.port, settings.workers, settings.host) == (5, 4, "localhost")


def test_child_processes_read_the_same(tmp_path):
    given = {
        "port": 0,
        "data_dir": tmp_path / "a b",
        "require_isolation": False,
        "poll": 0.25,
        "public_url": "https://a.example",
    }
    settings = read_settings({}, tmp_path, given)
    assert read_settings(settings.to_environment(), tmp_path) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "1.5"),
        ("WORKERS", "0"),
        ("WORKERS", ""),
        ("ACCESS", "public"),
        ("PROFILE", "slow"),
        ("POLL", "nan"),
        ("POLL", "0"),
        ("BEAT", "often"),
        ("MAX_SECONDS", "0"),
        ("REQUIRE_ISOLATION", "maybe"),
        ("PUBLIC_URL", "ftp://a"),
        ("PUBLIC_URL", "https://a b"),
        ("COOKIES_TIKTOK", "/no/such/file"),
        ("HOST", " "),
        ("IMPERSONATE", "chrome 110"),
        ("IMPERSONATE", "--exec"),
        ("MEDIA_HOSTS", "cdn.example,,b.example"),
        ("MEDIA_HOSTS", "https://cdn.example"),
        ("PLAYER_CLIENTS", "web;tv"),
        ("FETCH_TIMEOUT", "0"),
        ("CA_BUNDLE", "/no/such/file"),
        ("DATA_DIR", ""),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(tmp_path, name, value):
    with pytest.raises(BadSetting, match=f"CLIPSIGHT_{name} must be"):
        read_settings({f"CLIPSIGHT_{name}": value}, tmp_path)


@pytest.mark.parametrize("content", ["port = ", "prot = 1", "port = true", 'port = "x"', "[port]", "poll = true"])
def test_a_file_that_cannot_be_meant_is_refused(tmp_path, content):
    (tmp_path / "clipsight.toml").write_text(content)
    with pytest.raises(BadSetting):
        read_settings({}, tmp_path)


def test_a_file_that_was_named_must_exist(tmp_path):
    with pytest.raises(BadSetting, match="CLIPSIGHT_CONFIG"):
        read_settings({"CLIPSIGHT_CONFIG": str(tmp_path / "none.toml")}, tmp_path)


def test_secrets_do_not_show(tmp_path):
    settings = read_settings({"CLIPSIGHT_PROXY": "http://user:secret@proxy.example"}, tmp_path)
    assert "secret" not in repr(settings)


def test_all_that_an_operator_may_set_for_fetching_reaches_the_fetch(tmp_path):
    cookies, certificates = tmp_path / "cookies.txt", Path(certifi.where())
    cookies.write_text(JAR)
    variables = {
        "CLIPSIGHT_PROXY": "http://me:secret@proxy.example:3128",
        "CLIPSIGHT_CA_BUNDLE": str(certificates),
        "CLIPSIGHT_COOKIES_TIKTOK": str(cookies),
        "CLIPSIGHT_IMPERSONATE": "safari-18.0",
        "CLIPSIGHT_MEDIA_HOSTS": "cdn.example, media.example",
        "CLIPSIGHT_PLAYER_CLIENTS": "tv,web_safari",
    }
    settings = read_settings(variables, tmp_path)
    assert read_settings(settings.to_environment(), tmp_path) == settings
    assert set(cookie_files(settings)) == {"tiktok"}
    found = fetch_settings(settings)
    assert found.cookies == {"tiktok": JAR}
    assert found.upstream is not None
    assert (found.upstream.host, found.upstream.port) == ("proxy.example", 3128)
    assert (found.impersonate, found.player_clients) == ("safari-18.0", ("tv", "web_safari"))
    assert (found.ca_bundle, found.media_hosts) == (certificates, {"cdn.example", "media.example"})
    assert found.stand_ins is None, "no setting leads there"


def test_lists_are_lists_in_the_file(tmp_path):
    (tmp_path / "clipsight.toml").write_text('media_hosts = ["a.example", "b.example"]\n')
    assert read_settings({}, tmp_path).media_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("name", "value"), [("PROXY", "socks5://proxy.example"), ("MEDIA_HOSTS", "localhost"), ("MEDIA_HOSTS", "10.0.0.1")]
)
def test_what_would_open_too_much_is_refused_before_the_first_fetch(tmp_path, name, value):
    settings = read_settings({f"CLIPSIGHT_{name}": value}, tmp_path)
    with pytest.raises(BadSetting, match=f"CLIPSIGHT_{name} must be"):
        fetch_settings(settings)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("CLIPSIGHT_PROXI", "CLIPSIGHT_PROXY"), ("CLIPSIGHT_COOKIE_TIKTOK", "CLIPSIGHT_COOKIES_TIKTOK"), ("CLIPSIGHT_", "")],
)
def test_a_variable_that_is_no_setting_is_refused_and_the_nearest_is_named(tmp_path, name, nearest):
    with pytest.raises(UnknownSetting, match=f"There is no setting {name}; did you mean {nearest}"):
        read_settings({name: "x"}, tmp_path)


def test_what_the_processes_of_the_server_tell_each_other_is_no_setting(tmp_path):
    assert {READY_VARIABLE, PARENT_VARIABLE, SOCKET_VARIABLE, PULSE_VARIABLE} == BETWEEN_PROCESSES
    assert read_settings(dict.fromkeys(BETWEEN_PROCESSES, "1"), tmp_path) == Settings()


@pytest.mark.parametrize(
    ("platform", "text", "reason"),
    [
        ("tiktok", "a jar", "line 1 is not"),
        ("tiktok", '[{"domain": ".tiktok.com", "name": "sid_tt"}]', "line 1 is not"),
        ("tiktok", "# Netscape HTTP Cookie File\n\n" + JAR.replace("\t", " "), "line 3 is not"),
        ("tiktok", JAR + JAR.replace("TRUE", "yes", 1), "line 2 is not"),
        ("tiktok", JAR.replace("\t0\t", "\tsoon\t"), "line 1 is not"),
        ("tiktok", JAR.replace(".tiktok.com\tTRUE", ".tiktok.com\tFALSE"), "line 1 is not"),
        ("tiktok", "# Netscape HTTP Cookie File\n", "at least one cookie of tiktok.com"),
        ("tiktok", "", "at least one cookie of tiktok.com"),
        ("instagram", JAR, "at least one cookie of instagram.com"),
        ("instagram", JAR.replace(".tiktok.com", ".notinstagram.com"), "at least one cookie of instagram.com"),
        ("youtube", JAR, "at least one cookie of youtube.com or google.com"),
    ],
)
def test_a_cookie_file_that_would_not_help_is_refused_at_the_start(tmp_path, platform, text, reason):
    file = tmp_path / "cookies"
    file.write_text(text)
    settings = read_settings({f"CLIPSIGHT_COOKIES_{platform.upper()}": str(file)}, tmp_path)
    with pytest.raises(BadSetting, match=reason) as caught:
        fetch_settings(settings)
    assert f"CLIPSIGHT_COOKIES_{platform.upper()}" in caught.value.public_message
    assert "sid_tt" not in caught.value.public_message


@pytest.mark.parametrize(
    "text",
    [
        JAR,
        "# Netscape HTTP Cookie File\n# a comment\n\n" + JAR,
        "#HttpOnly_" + JAR,
        JAR.replace(".tiktok.com\tTRUE", "www.tiktok.com\tFALSE"),
        JAR.replace("\n", "\r\n") + ".elsewhere.example\tTRUE\t/\tFALSE\t\tname\t\n",
    ],
)
def test_a_cookie_file_as_browsers_write_it_is_taken(tmp_path, text):
    file = tmp_path / "cookies"
    file.write_bytes(text.encode())
    found = fetch_settings(read_settings({"CLIPSIGHT_COOKIES_TIKTOK": str(file)}, tmp_path))
    assert "sid_tt" in found.cookies["tiktok"]


def test_every_setting_for_fetching_is_in_their_name_and_no_secret(tmp_path):
    plain = FetchSettings()
    others = [
        FetchSettings(cookies={"tiktok": JAR}),
        FetchSettings(cookies={"instagram": JAR}),
        FetchSettings(proxy="http://me:secret@proxy.example"),
        FetchSettings(impersonate="chrome"),
        FetchSettings(player_clients=("tv",)),
        FetchSettings(ca_bundle=Path(certifi.where())),
        FetchSettings(media_hosts=frozenset({"cdn.example"})),
    ]
    assert plain.name == FetchSettings().name
    assert len({each.name for each in (plain, *others)}) == 1 + len(others)
    assert all("secret" not in each.name for each in others)


def test_cookies_that_are_not_text_are_refused(tmp_path):
    (tmp_path / "cookies").write_bytes(b"\xff\xfe")
    settings = read_settings({"CLIPSIGHT_COOKIES_YOUTUBE": str(tmp_path / "cookies")}, tmp_path)
    with pytest.raises(BadSetting, match="CLIPSIGHT_COOKIES_YOUTUBE must be"):
        fetch_settings(settings)
