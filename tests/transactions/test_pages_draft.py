"""The page of a draft: typing, errors, files, sending."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.acting import acting_in
from tests.support.people import Cast
from transactions.models import Draft, Order


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def url(cast: Cast, name: str, **kwargs: Any) -> str:
    return reverse(f"transactions:{name}", kwargs={"ecosystem": "minas", "establishment": "casa", **kwargs})


def begin(browser: Client, cast: Cast) -> Draft:
    browser.post(url(cast, "intention_new"))
    with acting_in(cast.house):
        return Draft.objects.latest("pk")


def test_a_new_intention_is_one_page(ana: Client, cast: Cast) -> None:
    draft = begin(ana, cast)
    page = ana.get(url(cast, "draft", token=draft.token))
    assert page.status_code == 200
    print(page.content.decode())
