"""The faces of the server. Each one translates; what it means is decided in the use cases."""
