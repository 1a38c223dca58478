"""Read JUnit XML: which tests failed, how, and in which order all of them ran.

In the order the data flows:

    find        patterns -> report files below the project, no links that lead out
    xmlsafe     file -> element tree, without DTDs and entities, under a size cap
    testcases   element tree -> testcases, whoever wrote the report
    nodeids     class name and file -> pytest's node id, against the project tree
    crash       failure text -> the line that raised
    attempts    testcases of one name -> one failed test with its attempts
    read        meets them, and turns whatever is wrong with a file into one line
"""

from __future__ import annotations

from flakemark.ingest.read import read_reports
from flakemark.ingest.xmlsafe import Parse, safe_parse

__all__ = ["Parse", "read_reports", "safe_parse"]
