# SPDX-License-Identifier: BSD-2-Clause
"""Counts what passed, failed and was skipped in one file of vectors."""


class Report:
    def __init__(self, name):
        self.name = name
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def result(self, what, problems):
        """One record: it passed if there are no problems."""
        if problems:
            self.failed += 1
            self.failures.append(f"{self.name}: {what}: {'; '.join(problems[:3])}")
        else:
            self.passed += 1

    def skip(self, what, why):
        self.skipped += 1
        self.failures.append(f"{self.name}: {what}: skipped, {why}")

    def line(self):
        return f"{self.name}: passed {self.passed} failed {self.failed} skipped {self.skipped}"
