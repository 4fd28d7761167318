"""Runs a command as on a host whose kernel lacks something: `restricted-host.py no-seccomp|no-listener COMMAND…`"""
import errno
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(here, "../../../src/activities/sandbox/python"))

from seccomp_filter import Filter, forbid_new_privileges
from syscalls import AUDIT_ARCH, MACHINE, number

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, NO = 0x7FFF0000, 0x00050000 | errno.EINVAL
PR_SET_SECCOMP, NEW_LISTENER = 22, 8

# A call of that name is refused where its argument is the value, or has the bit.
REFUSED = {
    "no-seccomp": [("prctl", 0, EQUAL, PR_SET_SECCOMP), ("seccomp", 1, EQUAL, 0), ("seccomp", 1, ANY_BIT, 0xFFFF)],
    "no-listener": [("seccomp", 1, ANY_BIT, NEW_LISTENER)],
}


def refusing(rules):
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, AUDIT_ARCH[MACHINE]), (RETURN, 0, 0, ALLOW)]
    for name, argument, test, value in rules:
        program += [
            (LOAD, 0, 0, 0),
            (EQUAL, 0, 3, number(name)),
            (LOAD, 0, 0, 16 + 8 * argument),
            (test, 0, 1, value),
            (RETURN, 0, 0, NO),
        ]
    return Filter([*program, (RETURN, 0, 0, ALLOW)])


forbid_new_privileges()
refusing(REFUSED[sys.argv[1]]).install()
os.execvp(sys.argv[2], sys.argv[2:])
