"""
What an AppArmor profile admits (apparmor.d(5)), and what a program did (strace).
The kernel need not have AppArmor: apparmor_parser reads the profile.
"""

import re
import subprocess

TRACE = "execve,open,openat,connect,unlink,unlinkat,mkdir,rename,symlink"
RULE = re.compile(r'^\s*(?P<deny>deny\s+)?(?:owner\s+)?'
                  r'"?(?P<path>[/@][^\s"]*)"?\s+(?P<may>[a-zA-Z]+),')
CALL = re.compile(r"^(?P<name>\w+)\((?P<said>.*)\) += \d+", re.M)  # no error


def expression(glob):
    """The regular expression of a path with **, *, ?, {a,b} and [a-z]."""
    words = {"**": "[^\\0]*", "*": "[^/]*", "?": "[^/]", "{": "(?:",
             "}": ")", ",": "|"}
    return re.sub(
        r"\*\*|[*?{},]|\[[^]]*\]|\\.|[^\w/]",
        lambda part: words.get(part[0]) or (
            part[0] if part[0][0] in "[\\" else re.escape(part[0])), glob)


class Profile:
    def __init__(self, path):
        text = subprocess.run(
            ["apparmor_parser", "--skip-kernel-load", "--skip-cache",
             "--preprocess", path], check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout
        values = {}
        for name, words in re.findall(r"^(@\{\w+\}) *\+?= *(.*)$", text, re.M):
            values.setdefault(name, []).extend(
                word.rstrip("/") for word in words.split())

        def whole(path):
            while (found := re.search(r"@\{\w+\}", path)):
                path = path.replace(found[0], "{" + ",".join(
                    values[found[0]]) + "}")
            return re.sub("/+", "/", path)

        self.rules = [
            (re.compile(expression(whole(rule["path"]))), rule["may"],
             bool(rule["deny"]))
            for rule in map(RULE.match, text[text.index("\nprofile "):]
                            .splitlines()) if rule]

    def admits(self, path, may):
        """Whether all of `may` (letters of r, w, x) is admitted for a path."""
        given = set()
        for pattern, letters, is_deny in self.rules:
            if pattern.fullmatch(path):
                (given.difference_update if is_deny
                 else given.update)(letters)
        if "a" in given:
            given.add("w")
        return set(may) <= given


def deeds(trace, programs):
    """
    The {(path, may)} of a process (strace -ff) from where it runs one of
    `programs` on.
    """
    found, is_ours = set(), False
    for call in CALL.finditer(trace):
        name, said = call["name"], call["said"]
        path = re.search(r'"([^"]*)"', said)
        if name == "execve" and path[1] in programs:
            is_ours = True
        elif is_ours and name == "execve":
            found.add((path[1], "x"))
        elif is_ours and path:
            is_read = name in ("open", "openat") and "O_RDONLY" in said
            found.add((path[1], "r" if is_read else "w"))
    return found
