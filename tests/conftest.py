"""What every test stands on. The rooms without Django (`-p no:django`) get the socket guard only."""

import pytest
from pytest_socket import socket_allow_hosts

pytest.register_assert_rewrite("tests.support")

NEEDS_DJANGO = ("tests.support.database", "tests.support.people", "tests.support.agency", "tests.stack.fixtures")


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("django"):
        for plugin in NEEDS_DJANGO:
            config.pluginmanager.import_plugin(plugin)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    """Nothing outside this machine is reached."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
