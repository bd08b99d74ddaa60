"""Delta Chat's core, driven as a desktop client drives it: JSON-RPC on pipes.

One process holds several accounts.  Calls wait for their answer; events are
collected by a thread, each with the time at which it came, and waited for.
"""

import itertools
import json
import os
import subprocess
import threading
import time

from . import cores

# Generous: a busy host is no reason to fail.
PATIENCE = 180


class RpcError(Exception):
    """What the core answers instead of a result."""


class Core:
    """A process of a version on a host.

    `version` is "today", "old", or "telephone": that one is as in an app that
    is woken by notifications, for which it has a `token`.
    """

    def __init__(self, host, name, version="today", home="/home", token=None):
        self.version = version
        self.host = host
        self.name = name
        self._lock = threading.Condition()
        self._numbers = itertools.count(1)
        self._answers = {}
        self._events = []
        self._ended = False
        home = os.path.join(home, name)
        host.run("mkdir", "-p", home)
        with open(host.box.path(host.name, name + ".log"), "wb") as log:
            self._child = subprocess.Popen(  # pylint: disable=R1732
                host.inside("env", "DC_ACCOUNTS_PATH=%s/accounts" % home,
                            "RUST_LOG=info", *cores.command(version, token)),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        for loop in (self._read_answers, self._read_events):
            threading.Thread(target=loop, daemon=True).start()
        host.box.on_close(self.close)

    def close(self):
        if self._child.poll() is None:
            self._child.stdin.close()
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def _read_answers(self):
        for line in self._child.stdout:
            answer = json.loads(line)
            with self._lock:
                self._answers[answer.get("id")] = answer
                self._lock.notify_all()
        with self._lock:
            self._ended = True
            self._lock.notify_all()

    def _read_events(self):
        call = ("get_next_event_batch" if self.version == "today"
                else "get_next_event")
        while True:
            try:
                events = self.call(call, timeout=None)
            except (RpcError, OSError, ValueError):
                return
            now = time.monotonic()
            with self._lock:
                for event in events if isinstance(events, list) else [events]:
                    self._events.append((now, event["contextId"],
                                         event["event"]))
                self._lock.notify_all()

    def call(self, method, *parameters, timeout=PATIENCE):
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method,
                   "params": list(parameters)}
        with self._lock:
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()
            if not self._lock.wait_for(
                    lambda: self._ended or number in self._answers, timeout):
                raise TimeoutError("no answer to " + method)
            if number not in self._answers:
                raise RpcError("the core has ended")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise RpcError("%s: %s" % (method, answer["error"]["message"]))
        return answer.get("result")

    def wait_for_event(self, account, kind, after=0, timeout=PATIENCE,
                       **fields):
        """(time, event) of the first one of an account from number `after`."""
        def found():
            return next(
                ((when, event) for when, number, event in self._events[after:]
                 if number == account and event["kind"] == kind and
                 all(event.get(n) == v for n, v in fields.items())), None)
        with self._lock:
            if not self._lock.wait_for(found, timeout):
                raise TimeoutError("%s: no %s %s; there were:\n%s" % (
                    self.name, kind, fields, self._tail(account)))
            return found()

    def _tail(self, account):
        return "\n".join(
            json.dumps(event)[:300] for _, number, event in self._events[-25:]
            if number == account)

    def tail(self, account):
        """The last events of an account, for people."""
        with self._lock:
            return self._tail(account)

    def events_so_far(self):
        with self._lock:
            return len(self._events)

    def events_since(self, count):
        """(time, account, event) of all but the first `count`."""
        with self._lock:
            return self._events[count:]


class Account:
    """An account of a core; `address` is known once it is registered."""

    def __init__(self, core, name):
        self.core = core
        self.name = name
        self.number = core.call("add_account")
        self.address = None
        self.call("set_config", "displayname", name)

    def call(self, method, *parameters, **options):
        return self.core.call(method, self.number, *parameters, **options)

    def register(self, qr):
        """What a person does who scans the code of a relay."""
        if self.core.version == "today":
            self.call("add_transport_from_qr", qr)
        else:
            self.call("set_config_from_qr", qr)
            self.call("configure")
        self.address = self.call("get_config", "configured_addr")
        self.call("start_io")
        return self

    def join(self, qr):
        """Scans somebody's code; gives the chat, verified on both sides."""
        after = self.core.events_so_far()
        chat = self.call("secure_join", qr)
        self.core.wait_for_event(self.number, "SecurejoinJoinerProgress",
                                 after, progress=1000)
        return chat

    def qr(self, chat=None):
        """The code for a contact with this account, or for a group."""
        return self.call("get_chat_securejoin_qr_code", chat)

    def befriend(self, other):
        """Securejoin with another account; gives the chat here."""
        try:
            return self.join(other.qr())
        except TimeoutError as error:
            raise TimeoutError("%s\nand at %s:\n%s" % (
                error, other.address,
                other.core.tail(other.number))) from error

    def chat_with(self, other):
        """The chat with an account that this one has been joined by."""
        contact = self.call("lookup_contact_id_by_addr", other.address)
        return self.call("create_chat_by_contact_id", contact)

    def send(self, chat, text=None, **fields):
        """Gives the number of the message."""
        message = {"text": text, "html": None, "viewtype": None, "file": None,
                   "filename": None, "location": None,
                   "overrideSenderName": None, "quotedMessageId": None,
                   "quotedText": None, **fields}
        return self.call("send_msg", chat, message)

    def message(self, number):
        return self.call("get_message", number)

    def wait_for_message(self, text, timeout=PATIENCE):
        """(time, message) of a message with this text that came in."""
        deadline = time.monotonic() + timeout
        seen = 0
        while True:
            events = self.core.events_since(seen)
            seen += len(events)
            for when, number, event in events:
                if number != self.number or event["kind"] not in (
                        "IncomingMsg", "MsgsChanged") or not event["msgId"]:
                    continue
                try:
                    message = self.message(event["msgId"])
                except RpcError:
                    continue
                if message["text"] == text:
                    return when, message
            if time.monotonic() > deadline:
                raise TimeoutError("%s got no %r; there were:\n%s" % (
                    self.name, text, self.core.tail(self.number)))
            time.sleep(0.02)

    def wait_for(self, kind, **fields):
        return self.core.wait_for_event(self.number, kind, **fields)


def write_file(host, path, octets):
    """Puts a file where a core of this host can read it."""
    there = host.path(path)
    os.makedirs(os.path.dirname(there), exist_ok=True)
    with open(there, "wb") as out:
        out.write(octets)
    return path
