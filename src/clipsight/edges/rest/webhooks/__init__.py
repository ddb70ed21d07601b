"""Webhooks over HTTP: ``/v1/webhooks``."""
