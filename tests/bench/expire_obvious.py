#!/usr/bin/python3
"""The rules of chatmail-expire, written down in the obvious way.

    expire_obvious.py MAILBOXES_DIR NOW DAYS LARGE_DAYS LOGIN_DAYS QUOTA

A dry run: prints the path of all that would go, and at the end how many
mailboxes and messages there are.  It is what expire_bench compares with, in its
answer and in its cost.  Paths are strings and files are asked for one by one:
pathlib would cost half as much again, os.scandir a quarter less.
"""

import os
import re
import stat
import sys
from collections import namedtuple

DAY = 86400
NAME = re.compile(r"(\d+)\..*,S=(\d+)")
Message = namedtuple("Message", ("path", "part", "name", "modified", "size"))


def list_folder(folder):
    """The messages in cur, new and tmp."""
    messages = []
    for part in ("cur", "new", "tmp"):
        directory = folder + "/" + part
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            continue
        for name in names:
            path = directory + "/" + name
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode):
                messages.append(Message(path, part, name, status.st_mtime,
                                        status.st_size))
    return messages


def list_mailbox(mailbox):
    messages = list_folder(mailbox)
    for name in os.listdir(mailbox):
        if name.startswith(".") and os.path.isdir(mailbox + "/" + name):
            messages += list_folder(mailbox + "/" + name)
    return messages


def too_old(message, now, days, large_days):
    age = now - message.modified
    return age > days * DAY or (message.part == "cur" and message.size > 200000
                                and age > large_days * DAY)


def beyond_quota(messages, now, quota):
    """The paths of the oldest, until the rest fits."""
    counted = []
    for message in messages:
        match = NAME.match(message.name)
        if match and message.part != "tmp":
            counted.append((int(match[1]), int(match[2]), message.path))
    total = sum(size for _, size, _ in counted)
    for when, size, path in sorted(counted):
        if total <= quota or when > now - DAY:
            break
        yield path
        total -= size


def main():
    root = sys.argv[1]
    now, days, large_days, login_days, quota = map(int, sys.argv[2:])
    mailboxes = count = 0
    for address in os.listdir(root):
        if "@" not in address:
            continue
        mailboxes += 1
        mailbox = root + "/" + address
        if os.stat(mailbox + "/password").st_mtime < now - login_days * DAY:
            print(mailbox)
            continue
        messages = list_mailbox(mailbox)
        count += len(messages)
        kept = []
        for message in messages:
            if too_old(message, now, days, large_days):
                print(message.path)
            else:
                kept.append(message)
        for path in beyond_quota(kept, now, quota):
            print(path)
    print(mailboxes, "mailboxes,", count, "messages")


if __name__ == "__main__":
    main()
