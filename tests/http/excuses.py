"""
Where an answer differs from the recorded one on purpose.

EXCUSES maps (recording, case) to the number of the deliberate difference
(the README's list "Where Postern answers otherwise"), our status and our
body. Each is asserted; one whose case agrees with the recording fails. An
entry whose number is 0 is a case outside the contract, with its reason.
"""

from collections import namedtuple

Excuse = namedtuple("Excuse", "number status body why")

EXCUSES = {}


def excuse(recording, number, status, body, *cases, why=""):
    for case in cases:
        EXCUSES[recording, case] = Excuse(number, status, body, why)
