"""The bodies of ``/v1/webhooks``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Exact(BaseModel):
    """Nothing else is in it; names are in camel case on the wire."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Address(Exact):
    url: str | None = Field(description="https; null for none", examples=["https://example.com/hooks/clipsight"])


class Enable(Exact):
    url: str


class Rotation(Exact):
    overlap: int = Field(
        default=24 * 3600, ge=0, le=30 * 24 * 3600, description="Seconds for which the secret before signs too"
    )


class NewSecret(Exact):
    id: str
    secret: str = Field(description="Shown this once")
    created_at: str
    previous_valid_until: str


class Secret(Exact):
    id: str
    created_at: str
    valid_until: str | None = Field(description="null for the newest")


class Webhooks(Exact):
    url: str | None = Field(description="Told of every job, beside the `webhookUrl` of a submit")
    disabled: list[str] = Field(description="Addresses that answered 410: nothing is sent there until they are enabled")
    secrets: list[Secret]


class Delivery(Exact):
    id: str = Field(description="The `webhook-id` of every try")
    job_id: str
    url: str
    type: Literal["job.succeeded", "job.failed"]
    state: Literal["pending", "delivered", "failed", "disabled"]
    tries: int
    created_at: str
    next_at: str | None
    finished_at: str | None


class Deliveries(Exact):
    deliveries: list[Delivery]
    next: str | None = Field(description="`before` of the next page; null on the last one")


class Try(Exact):
    number: int
    at: str
    seconds: float
    status: int | None
    trouble: Literal["timeout", "lookup", "private_address", "connection", "tls", "not_http"] | None


class DeliveryDetail(Delivery):
    attempts: list[Try]
    body: dict[str, Any]
