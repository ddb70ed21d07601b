"""Language models of any provider, through pydantic-ai. Imported only when a model is set: the library takes a second."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass, field
from typing import Any

import httpx2
from pydantic_ai import Agent, BinaryContent, NativeOutput, StructuredDict, ToolOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    CostNotFoundWarning,
    ModelAPIError,
    ModelHTTPError,
    ModelRequestRejectedError,
    UnexpectedModelBehavior,
    UserError,
)
from pydantic_ai.models import Model as ProviderModel
from pydantic_ai.models import infer_model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers import Provider, infer_provider_class
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from clipsight.analysis.model.port import Answer, Question, Spent
from clipsight.errors import BadSetting, ModelAnswerUnusable, ModelRefused, ModelUnavailable

FORM_TRIES = 1  # answers that are no object of the right form are asked for again so often
REFUSALS = frozenset({400, 401, 402, 403, 404, 405, 413, 422})
NO_KEY = "none"  # servers of one's own want no key, but the client insists on one

KEYS = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "google": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
}
"""Providers that are installed, with the variables that hold their key."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model, where, and how patient to be.

    Attributes:
        name: ``provider:model``; with ``base_url`` the provider is ``openai``, whatever runs there.
        base_url: address of a server that speaks the OpenAI protocol, such as Ollama, vLLM or llama.cpp.
        api_key: for that server, or instead of the provider's own variable.
        seconds: how long one answer may take.
    """

    name: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    seconds: float = 120.0


class ProviderLanguageModel:
    """See :class:`clipsight.analysis.model.port.Model`.

    The constructor raises BadSetting when the provider is not known here or its key is missing.
    """

    def __init__(self, settings: ModelChoice) -> None:
        self._settings = settings
        with_client(settings, None)  # a wrong name or a missing key is told at start, not at the first video

    @property
    def name(self) -> str:
        return self._settings.name

    def ask(self, question: Question) -> Answer:
        """One answer. Blocks: callers are worker threads, never an event loop."""
        return asyncio.run(self._ask(question))

    async def _ask(self, question: Question) -> Answer:
        # A connection of its own for each question: connections belong to a loop, and a loop lasts for one question.
        async with httpx2.AsyncClient(timeout=self._settings.seconds) as client:
            return await self._ask_with(client, question)

    async def _ask_with(self, client: httpx2.AsyncClient, question: Question) -> Answer:
        agent: Agent[None, dict[str, Any]] = Agent(
            with_client(self._settings, client),
            output_type=self._form(question),
            instructions=question.rules,
            retries=FORM_TRIES,
            model_settings=ModelSettings(
                max_tokens=question.output_tokens, temperature=0.0, timeout=self._settings.seconds
            ),
        )
        pictures = [BinaryContent(data=picture, media_type="image/jpeg") for picture in question.pictures]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CostNotFoundWarning)  # a model of one's own has no price
                async with asyncio.timeout(self._settings.seconds * (1 + FORM_TRIES)):
                    run = await agent.run([*pictures, question.material])
        except TimeoutError as error:
            raise ModelUnavailable from error
        except UnexpectedModelBehavior as error:
            raise ModelAnswerUnusable from error
        except ModelRequestRejectedError as error:
            raise ModelRefused from error
        except ModelHTTPError as error:
            raise (ModelRefused if error.status_code in REFUSALS else ModelUnavailable) from error
        except (ModelAPIError, AgentRunError) as error:
            raise ModelUnavailable from error
        usage = run.usage
        cost = float(usage.cost) if usage.cost else None
        return Answer(dict(run.output), Spent(usage.input_tokens, usage.output_tokens, cost))

    def _form(self, question: Question) -> Any:
        """Servers of one's own know JSON Schema better than tools; the hosted ones are steadier with a tool."""
        wanted = StructuredDict(question.schema, name=question.name)
        return NativeOutput(wanted) if self._settings.base_url else ToolOutput(wanted, name=question.name)


def with_client(settings: ModelChoice, client: httpx2.AsyncClient | None) -> ProviderModel:
    """The model behind a connection; None only checks the settings."""
    provider, _, model = settings.name.partition(":")
    if not model or (settings.base_url is None and provider not in KEYS):
        raise BadSetting(name="CLIPSIGHT_MODEL", expected=f"PROVIDER:MODEL with one of {', '.join(sorted(KEYS))}")
    try:
        if settings.base_url is not None:
            key = settings.api_key or NO_KEY
            access = OpenAIProvider(base_url=settings.base_url, api_key=key, http_client=client)
            return OpenAIChatModel(model, provider=access)
        name = f"openai-chat:{model}" if provider == "openai" else settings.name
        return infer_model(name, lambda kind: _provider(kind, settings.api_key, client))
    except UserError as error:
        keys = " or ".join(KEYS.get(provider, KEYS["openai"]))
        raise BadSetting(name=keys, expected=f"the key for the provider {provider}") from error


def _provider(kind: str, key: str | None, client: httpx2.AsyncClient | None) -> Provider[Any]:
    """With the key that is set, else with the one in the provider's own variable."""
    return infer_provider_class(kind)(api_key=key, http_client=client)  # pyright: ignore[reportCallIssue] - all of KEYS take both
