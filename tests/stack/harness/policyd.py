"""chatmail-policyd as the stack tests run it."""

import os
import shutil
import signal

from . import sandbox

# So much that no test meets a limit that it does not ask for.
GENEROUS = ("max_user_send_per_minute = 600000",
            "max_user_send_burst_size = 100000",
            "max_new_user_send_per_minute = 600000")


class Policyd:
    """The program, its state, and the socket that Postfix and milter know."""

    def __init__(self, box, mail_domain, binary, queue, mailboxes):
        self._box = box
        self._binary = binary
        self._domain = mail_domain
        self._mailboxes = mailboxes
        self._child = None
        self._ready = None
        self._user = ""
        box.folder("policyd")
        folder = os.path.join(queue, "chatmilter")
        os.makedirs(folder, exist_ok=True)
        shutil.chown(folder, "postfix", "postfix")
        self.socket = os.path.join(folder, "policyd.sock")

    @property
    def pid(self):
        return self._child.pid

    def enter(self, settings=GENEROUS, user="", forgets=True):
        """(Re)starts it with these lines of chatmail.ini."""
        self.stop()
        self._user = user
        state = self._box.folder("policyd", "state", mode=0o700)
        if forgets:
            shutil.rmtree(state)
            os.makedirs(state, mode=0o700)
        if user:
            shutil.chown(state, user)
        self.write_settings(settings)
        self._start()

    def write_settings(self, settings):
        lines = ["[params]", "mail_domain = " + self._domain,
                 "mailboxes_dir = " + self._mailboxes,
                 "policyd_state_dir = " + self._box.path("policyd", "state"),
                 *settings, ""]
        self._box.write("policyd/chatmail.ini", "\n".join(lines))

    def _start(self):
        arguments = [self._binary,
                     "--config", self._box.path("policyd", "chatmail.ini"),
                     "--socket", "unix:" + self.socket, "--group", "postfix"]
        if self._user:
            arguments += ["--user", self._user]
        self._ready = sandbox.ReadyServer(self._box.path("policyd", "notify"))
        self._child = self._box.start(
            arguments, "policyd/policyd.log",
            env=dict(os.environ, NOTIFY_SOCKET=self._ready.path))
        self._wait("READY=1")

    def _wait(self, word):
        def said():
            if self._child.poll() is not None:
                raise RuntimeError("chatmail-policyd ended:\n" +
                                   self.read_log())
            return self._ready.said(word)
        sandbox.wait_for(said, 20, "chatmail-policyd says " + word)

    def reload(self):
        self._child.send_signal(signal.SIGHUP)
        self._wait("RELOADING=1")
        self._wait("READY=1")

    def read_log(self):
        with open(self._box.path("policyd", "policyd.log"),
                  encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill(self):
        """kill -9, and nothing is cleaned up."""
        self._child.kill()
        self._child.wait()
        self.stop()

    def stop(self):
        """Gives the exit status, or None when it was not running."""
        child, self._child = self._child, None
        if child is not None:
            self._ready.close()
        return None if child is None else self._box.stop(child, 40)
