"""A relay as the Python programs leave it on disk, and a reader of such trees.

Written from the formats alone: what a mailbox directory has, what the settings
say, who owns the key.  The reader is as strict as those programs are, so that
what this project leaves behind can be told from what they go on with.
"""

import configparser
import crypt
import json
import os
import re
import time
import uuid

DOMAIN = "_a.example"
INI = "/usr/local/lib/chatmaild/chatmail.ini"
MAILBOXES = "/home/vmail/mail/" + DOMAIN
KEY = "/etc/dkimkeys/opendkim.private"
DAY = 24 * 3600

# With keys that its operators know and this project has no use for.
SETTINGS = """[params]

# mail domain (MUST be set to fully qualified chat mail domain)
mail_domain = _a.example

# maximum mailbox size of a chatmail address
max_mailbox_size = 500M

# maximum message size for an e-mail in bytes
max_message_size = 31457280
max_user_send_per_minute = 60
max_user_send_burst_size = 10
delete_mails_after = 20
delete_large_after = 7
delete_inactive_users_after = 90
username_min_length = 9
username_max_length = 9
password_min_length = 9
passthrough_senders =
passthrough_recipients =
filtermail_smtp_port = 10080
postfix_reinject_port = 10025
filtermail_smtp_port_incoming = 10081
postfix_reinject_port_incoming = 10026
disable_ipv6 = False
acme_email =
imap_rawlog = false
imap_compress = false
privacy_postal =
    Somebody; a street
    a town
privacy_mail = privacy@_a.example
privacy_pdo =
privacy_supervisor =
max_load_1m = 1000
min_available_memory = 1M
"""

UNITS = ("filtermail.service", "filtermail-incoming.service",
         "doveauth.service", "lastlogin.service", "chatmail-metadata.service",
         "chatmail-expire.service", "chatmail-expire.timer",
         "chatmail-fsreport.service", "chatmail-fsreport.timer")


def day(when):
    return when - when % DAY


class Writer:
    """`host` gets the files of a relay with the accounts that are added."""

    def __init__(self, host):
        self.host = host
        self._uid = int(host.run("id", "-u", "vmail"))
        self._gid = int(host.run("id", "-g", "vmail"))
        host.write(INI, SETTINGS)
        for unit in UNITS:
            host.write("/etc/systemd/system/" + unit,
                       "[Unit]\nDescription=of before\n")
        host.write("/usr/local/bin/filtermail", "#!/bin/sh\n", mode=0o755)
        self._make_key()
        for folder in ("/home/vmail", "/home/vmail/mail", MAILBOXES):
            self._folder(folder)
        self._folder(MAILBOXES + "/pending_notifications", 0o755)

    def _make_key(self):
        """As Debian's opendkim has its folder, and its tool makes a key."""
        host = self.host
        host.run("sh", "-c", "id opendkim || useradd --system "
                 "--no-create-home opendkim")
        host.run("install", "-d", "-m", "0700", "-o", "opendkim", "-g",
                 "opendkim", "/etc/dkimkeys")
        host.run("opendkim-genkey", "-D", "/etc/dkimkeys", "-d", DOMAIN, "-s",
                 "opendkim")
        host.run("chown", "opendkim:opendkim", KEY)
        host.write("/etc/dkimkeys/KeyTable",
                   "opendkim._domainkey.{d} {d}:opendkim:{k}\n".format(
                       d=DOMAIN, k=KEY))

    def _own(self, path):
        os.lchown(self.host.path(path), self._uid, self._gid)

    def _folder(self, path, mode=0o700):
        os.makedirs(self.host.path(path), exist_ok=True)
        os.chmod(self.host.path(path), mode)
        self._own(path)

    def _file(self, path, text, mode=0o600):
        self.host.write(path, text, mode=mode)
        self._own(path)

    def account(self, name, password, enforcing=True, tokens=None,
                last_login=None):
        """`tokens` as metadata.json has them: by time, or as of old a list."""
        box = "%s/%s@%s" % (MAILBOXES, name, DOMAIN)
        self._folder(box)
        self._file(box + "/password.lock", "")
        if enforcing:
            self._file(box + "/enforceE2EEincoming", "")
        if tokens is not None:
            self._file(box + "/metadata.json",
                       json.dumps({"devicetoken": tokens}), mode=0o644)
            self._file(box + "/metadata.json.lock", "")
        self._file(box + "/password", "{SHA512-CRYPT}" + crypt.crypt(
            password, crypt.METHOD_SHA512))
        when = day(int(last_login or time.time()))
        os.utime(self.host.path(box + "/password"), (when, when))
        return box

    def message(self, box, name, text, uid, folder=""):
        """In Dovecot's way: S= and W= in the name, the UID in its list."""
        place = box + ("/" + folder if folder else "")
        for part in ("cur", "new", "tmp"):
            self._folder("%s/%s" % (place, part))
        octets = text.replace("\n", "\r\n")
        base = "%s,S=%d,W=%d" % (name.split(":")[0], len(text), len(octets))
        flags = name.partition(":")[2]
        directory = "cur" if flags else "new"
        self._file("%s/%s/%s" % (place, directory,
                                 base + (":" + flags if flags else "")), text)
        path = self.host.path(place + "/dovecot-uidlist")
        if not os.path.exists(path):
            self._file(place + "/dovecot-uidlist",
                       "3 V1795440670 N1 G%s\n" % uuid.uuid4().hex)
        with open(path, encoding="ascii") as file:
            head, *lines = file.read().splitlines()
        head = re.sub(r" N\d+ ", " N%d " % (uid + 1), head)
        lines.append("%d :%s" % (uid, base))
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join([head, *lines]) + "\n")

    def queued(self, queue_id, octets):
        """A file of the queue as Postfix has it; nobody reads this one."""
        self.host.run("install", "-d", "-m", "0700", "-o", "postfix",
                      "/var/spool/postfix/hold")
        path = "/var/spool/postfix/hold/" + queue_id
        self.host.write(path, octets, mode=0o700)
        self.host.run("chown", "postfix:postfix", path)


class Reader:
    """What the Python programs find; a ValueError says what they stumble on."""

    def __init__(self, host):
        self.host = host
        self.settings = self._read_settings()

    def _read_settings(self):
        parser = configparser.ConfigParser(interpolation=None, strict=True)
        parser.optionxform = str
        parser.read_string(self.host.read(INI))
        params = dict(parser["params"])
        for key in ("max_user_send_per_minute", "max_user_send_burst_size",
                    "max_message_size", "delete_inactive_users_after",
                    "username_min_length", "username_max_length",
                    "password_min_length"):
            int(params[key])
        for key in ("disable_ipv6", "imap_rawlog", "imap_compress"):
            params[key] = params[key].lower() == "true"
        return params

    @property
    def mailboxes(self):
        return self.settings.get(
            "mailboxes_dir",
            "/home/vmail/mail/" + self.settings["mail_domain"])

    def accounts(self):
        """Each address that has a password file."""
        top = self.host.path(self.mailboxes)
        return sorted(name for name in os.listdir(top) if "@" in name and
                      os.path.exists(os.path.join(top, name, "password")))

    def _path(self, address, *names):
        return os.path.join(self.host.path(self.mailboxes), address, *names)

    def check_password(self, address, password):
        """As Dovecot does with what the file has."""
        with open(self._path(address, "password"), encoding="ascii") as file:
            stored = file.read()
        scheme, hashed = re.fullmatch(r"\{([A-Z0-9-]+)\}(\S+)",
                                      stored).groups()
        if scheme not in ("SHA512-CRYPT", "CRYPT"):
            raise ValueError("%s: scheme %s" % (address, scheme))
        return crypt.crypt(password, hashed) == hashed

    def last_login(self, address):
        when = os.stat(self._path(address, "password")).st_mtime
        if when != day(int(when)):
            raise ValueError("%s: last login %s" % (address, when))
        return int(when)

    def takes_cleartext(self, address):
        return not os.path.exists(self._path(address, "enforceE2EEincoming"))

    def tokens(self, address):
        path = self._path(address, "metadata.json")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            tokens = json.load(file).get("devicetoken", {})
        if isinstance(tokens, list):
            return sorted(tokens)
        now = time.time()
        for token, when in tokens.items():
            if not isinstance(token, str) or not isinstance(when, (int, float)):
                raise ValueError("%s: %r" % (address, tokens))
        return sorted(token for token, when in tokens.items()
                      if now - 90 * DAY < when < now + 60)

    def notifications(self):
        """(address, start, token) of each that waits."""
        folder = self.host.path(self.mailboxes + "/pending_notifications")
        found = []
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith(".tmp"):
                continue
            uuid.UUID(name)
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                address, start, token = file.read().split("\n", 2)
            found.append((address, int(start), token))
        return found

    def messages(self, address):
        """Names and octets of what is in the inbox."""
        found = {}
        for part in ("new", "cur"):
            folder = self._path(address, part)
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), "rb") as file:
                    found[name] = file.read()
        return found

    def unknown_names(self, address):
        """What stands in a mailbox and is none of theirs or Dovecot's."""
        known = re.compile(
            r"password|password\.lock|enforceE2EEincoming|metadata\.json|"
            r"metadata\.json\.lock|DISABLED|maildirsize|maildirfolder|"
            r"cur|new|tmp|subscriptions|dovecot[-.].*|\..+")
        return [name for name in os.listdir(self._path(address))
                if not known.fullmatch(name)]

    def key_is_safe(self):
        """OpenDKIM takes a key that is its own and nobody else's."""
        status = os.stat(self.host.path(KEY))
        owner = int(self.host.run("id", "-u", "opendkim"))
        return status.st_uid == owner and not status.st_mode & 0o077
