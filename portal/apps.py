from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal import handlers  # noqa: F401  registers what the outbox delivers
