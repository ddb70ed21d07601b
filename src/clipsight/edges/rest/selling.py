"""Puts together what sells calls, from the settings; a part that is missing stops the start."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from clipsight.edges.rest.sales import Sales
from clipsight.errors import BadSetting, UnknownFormat
from clipsight.formats.registry import get_format
from clipsight.payments.book import DatabaseBook
from clipsight.payments.facilitator import HttpFacilitator
from clipsight.payments.money import atomic
from clipsight.payments.terms import EVM_NETWORKS, USDC, Asset, Prices, Terms, Way
from clipsight.payments.till import Till
from clipsight.settings import Settings
from clipsight.usecases.paying import Reconciler, job_hooks
from clipsight.usecases.services import Services


@contextmanager
def selling(settings: Settings, services: Services) -> Generator[Sales]:
    """Sales for as long as the context lasts; what an earlier process left open is finished meanwhile.

    Raises:
        BadSetting: where to be paid or who settles is missing, or a price is for a format that does not exist.
    """
    terms = terms_of(settings)
    if settings.x402_facilitator is None:
        raise BadSetting(name="CLIPSIGHT_X402_FACILITATOR", expected="the address of a facilitator, as payments need one")
    facilitator = HttpFacilitator(settings.x402_facilitator, settings.x402_facilitator_key)
    till = Till(DatabaseBook(services.database, job_hooks(services)), facilitator)
    reconciler = Reconciler(till)
    reconciler.start()
    try:
        yield Sales(terms, till)
    finally:
        reconciler.stop()
        facilitator.close()


def terms_of(settings: Settings) -> Terms:
    """Raises :class:`BadSetting` as :func:`selling`."""
    if settings.x402_pay_to_svm is not None:
        raise BadSetting(name="CLIPSIGHT_X402_PAY_TO_SVM", expected="unset: this version takes no payments on Solana")
    if settings.x402_pay_to_evm is None:
        raise BadSetting(
            name="CLIPSIGHT_X402_PAY_TO_EVM", expected="the account that is paid: 0x and 40 hexadecimal digits"
        )
    network = EVM_NETWORKS[settings.x402_network]
    asset = Asset(*settings.x402_asset.split("/")) if settings.x402_asset is not None else USDC[network.id]
    of_formats: dict[str, int] = {}
    for slug, _, price in (part.partition("=") for part in settings.x402_prices):
        try:
            get_format(slug)
        except UnknownFormat as error:
            raise BadSetting(
                name="CLIPSIGHT_X402_PRICES", expected="prices of formats that `clipsight formats` lists"
            ) from error
        of_formats[slug] = atomic(price)
    known = atomic(settings.x402_known_price) if settings.x402_known_price is not None else None
    prices = Prices(atomic(settings.x402_price), of_formats, known)
    return Terms((Way(network, asset, settings.x402_pay_to_evm),), prices, settings.x402_additions)
