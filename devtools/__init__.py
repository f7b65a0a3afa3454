"""The launcher's parts. Standard library only: they run before any package is installed."""
