"""Runs tests of a client that are written for unittest, and prints one line for each: `ok NAME` or `not ok NAME: REASON`.

    run_unittests.py list MODULE ...     prints the names of their tests
    run_unittests.py run NAME ...        NAME is MODULE.CLASS.METHOD
"""
import logging
import sys
import unittest

# The tests ask for every detail to be logged; whoever is first to ask is heard.
logging.basicConfig(handlers=[logging.NullHandler()])


def name_of(test):
    return '.'.join(test.id().split('.')[-3:])


def names_in(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from names_in(test)
        else:
            yield name_of(test)


class Lines(unittest.TestResult):
    """A test may fail more than once, in itself and as it cleans up; the first failure is the one that says why."""

    def startTest(self, test):
        super().startTest(test)
        self.trouble = None

    def addFailure(self, test, failure):
        kind, value, _ = failure
        self.trouble = self.trouble or '%s: %s' % (kind.__name__, value)

    addError = addFailure

    def addSkip(self, test, reason):
        self.trouble = 'the test skipped itself; such a test has to be left out with a reason: ' + reason

    def stopTest(self, test):
        super().stopTest(test)
        text = ' '.join((self.trouble or '').split())[:600]
        print('\nnot ok %s: %s' % (name_of(test), text) if self.trouble else '\nok %s' % name_of(test), flush=True)


command, names = sys.argv[1], ['tests.' + name for name in sys.argv[2:]]
suite = unittest.defaultTestLoader.loadTestsFromNames(names)
if command == 'list':
    print('\n'.join(names_in(suite)))
else:
    suite.run(Lines())
