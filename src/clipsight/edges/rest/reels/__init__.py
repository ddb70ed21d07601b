"""The reels dialect: ``/api/v1/reels``."""
