#!/usr/bin/python3
"""The sending of notifications, written down in the obvious way.

    push_obvious.py QUEUE_FOLDER URL CA_FILE

Four threads take what waits in the folder and post it, each over a connection
of its own that is kept (HTTP/1.1: Python has no other); what is answered with
200 is unlinked.  There are no retries and nothing is merged, both of which
chatmail-metadata does.  It is what push_bench compares with, and ends when the
folder is empty.
"""

import http.client
import os
import queue
import ssl
import sys
import threading
import urllib.parse

THREADS = 4


def work(waiting, folder, url, context):
    connection = http.client.HTTPSConnection(url.netloc, context=context,
                                             timeout=60)
    while True:
        try:
            name = waiting.get_nowait()
        except queue.Empty:
            return
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            _, _, token = file.read().split("\n")
        connection.request("POST", url.path, body=token)
        response = connection.getresponse()
        response.read()
        if response.status == 200:
            os.unlink(path)


def main():
    folder, url, ca_file = sys.argv[1:]
    waiting = queue.Queue()
    for name in os.listdir(folder):
        waiting.put(name)
    context = ssl.create_default_context(cafile=ca_file)
    threads = [threading.Thread(target=work, args=(
        waiting, folder, urllib.parse.urlparse(url), context))
               for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
