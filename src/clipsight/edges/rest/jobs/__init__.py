"""The jobs dialect: ``/v1/jobs``."""
