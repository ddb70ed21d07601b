from __future__ import annotations

from dataclasses import replace

import pytest

from clipsight.edges.rest.process import composed, pipeline_name
from clipsight.jobs.engine import prepare
from clipsight.settings import Settings
from clipsight.store.migrate import migrate

SERVICE = Settings(speech="openai:whisper-1", speech_base_url="https://one.example/v1")


@pytest.mark.parametrize(
    ("settings", "other"),
    [
        (Settings(), {"profile": "fast"}),
        (Settings(), {"speech": "whisper:small"}),
        (Settings(), {"max_seconds": 60}),
        (Settings(), {"max_bytes": 1_000_000}),
        (SERVICE, {"speech": "openai:whisper-2"}),
        (SERVICE, {"speech_base_url": "https://two.example/v1"}),
    ],
)
def test_another_way_of_looking_is_another_look(settings, other):
    assert pipeline_name(replace(settings, **other)) != pipeline_name(settings)


@pytest.mark.parametrize(
    "other",
    [{"speech_api_key": "sesame"}, {"speech_base_url": "https://me:sesame@one.example/v1?key=sesame"}, {"workers": 3}],
)
def test_secrets_and_the_running_of_the_server_are_no_part_of_it(other):
    assert pipeline_name(replace(SERVICE, **other)) == pipeline_name(SERVICE)


def test_it_is_what_the_server_works_with(tmp_path):
    settings = Settings(data_dir=tmp_path, profile="fast")
    migrate(settings.database, prepare)
    with composed(settings) as face:
        assert face.services.pipeline == pipeline_name(settings)
