"""Runs tests, and counts them the way that tests/run reads."""

import os
import sys
import unittest


class Counted(unittest.TextTestResult):
    """Counts a subtest as a test."""

    good = 0

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.good += err is None

    def addSuccess(self, test):
        super().addSuccess(test)
        self.good += 1


def run(names=(), folder=None):
    """The tests of these names, or all of a folder; gives an exit status."""
    if os.geteuid() != 0:
        print("Run this as root: Postfix starts for nobody else.",
              file=sys.stderr)
        return 2
    loader = unittest.TestLoader()
    suite = (loader.loadTestsFromNames(list(names)) if folder is None
             else loader.discover(folder))
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2,
                                     resultclass=Counted)
    result = runner.run(suite)
    bad = len(result.failures) + len(result.errors)
    print("%d passed, %d failed" % (result.good, bad))
    return 1 if bad or not result.good else 0
