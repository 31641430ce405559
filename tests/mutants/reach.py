"""A plugin for pytest: coverage writes down which test, fixtures included, runs which line."""

import coverage


def pytest_runtest_logstart(nodeid):
    running = coverage.Coverage.current()
    if running is not None:
        running.switch_context(nodeid.split("[")[0])
