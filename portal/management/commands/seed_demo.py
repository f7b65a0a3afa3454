"""Makes the demonstration's ecosystems, establishments and people; run again it keeps what is there."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo import logins
from portal.demo.seed import seed


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError("PUBLIC_URL is https: people with a known password have no place there.")
        seed()
        if options["verbosity"]:
            self.stdout.write(logins.text())
