"""What an owner may see and change of their webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from clipsight.errors import DeliveryNotFound, DeliveryUnderWay, WebhookSecretMissing
from clipsight.store.database import Database, clock
from clipsight.store.webhooks import (
    DeliveryRecord,
    EndpointRecord,
    SecretRecord,
    TryRecord,
    add_secret,
    deliveries_of,
    delivery_by_id,
    enable_endpoint,
    endpoints_of,
    set_standing,
    tries_of,
    valid_secrets,
)
from clipsight.webhooks.deliver import retry
from clipsight.webhooks.notify import Later
from clipsight.webhooks.rules import WebhookRules
from clipsight.webhooks.signing import new_secret
from clipsight.webhooks.target import read_target

OVERLAP_SECONDS = 24 * 3600  # for which the secret before signs too, unless the owner says otherwise


@dataclass(frozen=True, slots=True)
class Overview:
    """An owner's addresses, and the secrets that sign at this moment, newest first."""

    endpoints: Sequence[EndpointRecord]
    secrets: Sequence[SecretRecord]


class Webhooks:
    """The webhooks of one installation."""

    def __init__(self, database: Database, later: Later, rules: WebhookRules) -> None:
        self._database = database
        self._later = later
        self._rules = rules

    def check(self, connection: Connection, owner: str, url: str) -> None:
        """Refuse an address to which nothing could be sent.

        Raises:
            BadWebhookUrl: it is not an address that webhooks go to.
            WebhookSecretMissing: the owner has made no secret, so nothing could be signed.
        """
        read_target(url, allow_private=self._rules.allow_private)
        if not valid_secrets(connection, owner, clock(connection)):
            raise WebhookSecretMissing

    def overview(self, owner: str) -> Overview:
        with self._database.reading() as connection:
            return Overview(endpoints_of(connection, owner), valid_secrets(connection, owner, clock(connection)))

    def rotate(self, owner: str, overlap: int = OVERLAP_SECONDS) -> tuple[SecretRecord, int]:
        """A new secret, shown this once, and until when the one before signs too (milliseconds since 1970)."""
        with self._database.writing() as connection:
            now = clock(connection)
            record = SecretRecord(f"whk_{secrets.token_hex(8)}", new_secret(), now, None)
            until = now + overlap * 1000
            add_secret(connection, owner, record, until)
        return record, until

    def stand(self, owner: str, url: str | None) -> None:
        """Tell this address of every job of the owner; None for no such address.

        Raises:
            BadWebhookUrl, WebhookSecretMissing: as :meth:`check`.
        """
        with self._database.writing() as connection:
            if url is not None:
                self.check(connection, owner, url)
            set_standing(connection, owner, url)

    def enable(self, owner: str, url: str) -> None:
        """Send to an address again that once said it is gone. Raises as :meth:`check`."""
        with self._database.writing() as connection:
            self.check(connection, owner, url)
            enable_endpoint(connection, owner, url)

    def deliveries(
        self, owner: str, *, job_id: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[DeliveryRecord]:
        """The log, newest first; ``before`` is the id of the delivery after which to go on."""
        with self._database.reading() as connection:
            return deliveries_of(connection, owner, job_id=job_id, before=before, limit=limit)

    def delivery(self, owner: str, delivery_id: str) -> tuple[DeliveryRecord, Sequence[TryRecord]]:
        """A delivery with its tries.

        Raises:
            DeliveryNotFound: there is none of this owner.
        """
        with self._database.reading() as connection:
            return _found(connection, owner, delivery_id), tries_of(connection, delivery_id)

    def redeliver(self, owner: str, delivery_id: str) -> DeliveryRecord:
        """Have a delivery that is over tried again.

        Raises:
            DeliveryNotFound: there is none of this owner.
            DeliveryUnderWay: it is not over yet.
        """
        with self._database.writing() as connection:
            found = _found(connection, owner, delivery_id)
            if not retry(connection, self._later, found, clock(connection)):
                raise DeliveryUnderWay
            return _found(connection, owner, delivery_id)


def _found(connection: Connection, owner: str, delivery_id: str) -> DeliveryRecord:
    found = delivery_by_id(connection, delivery_id)
    if found is None or found.owner != owner:
        raise DeliveryNotFound
    return found
