"""Walks the demonstration's car and motorcycle through the running portal, then says how to sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from portal.demo import logins
from portal.demo.walk import STORIES, WalkFailed, walk
from tenants.models import Ecosystem


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        ecosystem = Ecosystem.objects.get(slug=logins.ECOSYSTEM)
        user = User.objects.get(email=logins.OPERATOR)
        for story in STORIES:
            try:
                walk(story, ecosystem=ecosystem, user=user, say=self.stdout.write)
            except WalkFailed as e:
                raise CommandError(str(e)) from e
        self.stdout.write(logins.text())
