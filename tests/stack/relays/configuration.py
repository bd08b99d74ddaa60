"""The files of a relay, from the documented ones.

deploy/postfix, deploy/dovecot and deploy/nginx say what an operator copies and
changes; here is the rest of a relay, as little as makes one.
"""

from harness import dovecot, postfix

CERTIFICATE = "/var/lib/acme/live/mail/fullchain"
KEY = "/var/lib/acme/live/mail/privkey"
DKIM_KEY = "/etc/dkimkeys/opendkim.private"

SETTINGS = """[params]
mail_domain = {domain}
mailboxes_dir = /home/vmail/mail/{domain}
policyd_socket = unix:/var/spool/postfix/chatmilter/policyd.sock
accounts_socket = unix:/run/doveauth/doveauth.socket
account_rules = {source}/rules/accounts
rules_dir = {source}/rules
policyd_state_dir = /var/lib/chatmilter/policyd
log_addresses = yes
dns_forwarders = {dns}
"""

MAIN = """
myhostname = $mail_domain
smtpd_tls_chain_files = {key}, {certificate}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtp_tls_security_level = verify
smtp_tls_servername = hostname
smtp_tls_policy_maps = regexp:{{ {{ /^_/ encrypt }} }}
maximal_queue_lifetime = 2d
alias_maps =
alias_database =
local_recipient_maps =
local_transport = lmtp:unix:private/dovecot-lmtp
lmtp_header_checks = regexp:{{ {{ /^(DKIM-Signature|Authentication-Results|Received):/ IGNORE }} }}
inet_interfaces = all
smtpd_peername_lookup = no
mynetworks = 127.0.0.0/8
disable_vrfy_command = no
smtpd_recipient_limit = 1000
minimal_backoff_time = 5s
queue_run_delay = 5s
maillog_file = /var/log/mail.log
"""

NGINX = """
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
user www-data;
events {{ worker_connections 512; }}
http {{
  server {{
    listen 127.0.0.1:8443 ssl proxy_protocol;
    set_real_ip_from 127.0.0.1;
    real_ip_header proxy_protocol;
    server_name {domain};
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    include /etc/nginx/newemail.conf;
  }}
}}
stream {{
  map $ssl_preread_alpn_protocols $listener {{
    default 127.0.0.1:8443;
  }}
  server {{
    listen 443;
    proxy_pass $listener;
    proxy_protocol on;
    ssl_preread on;
  }}
}}
"""


def documented_files(domain, name_server):
    """Path into text."""
    names = {"domain": domain, "dns": name_server, "certificate": CERTIFICATE,
             "key": KEY, "source": postfix.SOURCE}
    main = postfix.documented("main.cf").replace("chat.example", domain)
    with open(postfix.DEBIAN_MASTER, encoding="utf-8") as file:
        services = postfix.read_master(file.read())
    services.update(postfix.read_master(postfix.documented("master.cf")))
    files = {
        "/etc/chatmail/chatmail.ini": SETTINGS.format(**names),
        "/etc/postfix/main.cf":
            "compatibility_level = 3.6\n" + main + MAIN.format(**names),
        "/etc/postfix/master.cf": "\n".join(services.values()) +
            "\npostlog unix-dgram n - n - 1 postlogd\n",
        "/etc/nginx/nginx.conf": NGINX.format(**names),
    }
    for name in ("dovecot.conf", "auth.conf", "push_notification.lua"):
        files["/etc/dovecot/" + name] = dovecot.documented(name)
    files["/etc/dovecot/dovecot.conf"] += "log_path = /var/log/dovecot.log\n"
    path = postfix.SOURCE + "/deploy/nginx/newemail.conf"
    with open(path, encoding="utf-8") as file:
        files["/etc/nginx/newemail.conf"] = file.read()
    return files
