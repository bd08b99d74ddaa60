"""What takes notifications for devices: HTTP/2 over TLS, with faults on demand.

In a thread of its own.  Each request is kept; what a token is answered can be
told beforehand, and is otherwise 200.
"""

import asyncio
import collections
import ssl
import subprocess
import threading
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions

# An answer that is none: the connection is cut.
CUT = 0

Request = collections.namedtuple(
    "Request", "body path method headers connection time")


def make_certificate(box, name):
    """A certificate of this name, and its key beside it with ".key"."""
    path = box.path("push.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name,
         "-keyout", path + ".key", "-out", path],
        check=True, capture_output=True)
    return path


class _Connection(asyncio.Protocol):
    def __init__(self, endpoint, number):
        self._endpoint = endpoint
        self._number = number
        self._transport = None
        self._http = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False))
        self._headers = {}
        self._bodies = {}

    def connection_made(self, transport):
        self._transport = transport
        self._endpoint.transports.add(transport)
        self._http.initiate_connection()
        transport.write(self._http.data_to_send())

    def connection_lost(self, exc):
        self._endpoint.transports.discard(self._transport)

    def data_received(self, data):
        for event in self._http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self._headers[event.stream_id] = {
                    name.decode(): value.decode()
                    for name, value in event.headers}
                self._bodies[event.stream_id] = b""
            elif isinstance(event, h2.events.DataReceived):
                self._bodies[event.stream_id] += event.data
                self._http.acknowledge_received_data(
                    event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self._answer_later(event.stream_id)
        self._transport.write(self._http.data_to_send())

    def _answer_later(self, stream):
        headers = self._headers.pop(stream)
        body = self._bodies.pop(stream).decode()
        status = self._endpoint.take(Request(
            body, headers.pop(":path"), headers.pop(":method"), headers,
            self._number, time.monotonic()))
        asyncio.get_running_loop().call_later(
            self._endpoint.delay, self._answer, stream, status)

    def _answer(self, stream, status):
        if status == CUT:
            self._transport.abort()
            return
        try:
            self._http.send_headers(stream, [(":status", str(status))],
                                    end_stream=True)
        except h2.exceptions.ProtocolError:
            return  # who asked has gone
        self._transport.write(self._http.data_to_send())


class Endpoint:
    """Listens from start() to stop(), on the loopback if nothing else is said.
    """

    def __init__(self, box, port, delay=0.0, name="localhost",
                 address="127.0.0.1"):
        self.port = port
        self._address = address
        self.delay = delay
        self.certificate = make_certificate(box, name)
        self.url = "https://%s:%d/notify" % (name, port)
        self.transports = set()
        self._answers = collections.defaultdict(list)
        self._requests = []
        self._lock = threading.Lock()
        self._connections = 0
        self._loop = self._server = self._thread = None
        box.on_close(self.stop)

    def answer(self, token, *statuses):
        """What the next requests with this token are answered."""
        with self._lock:
            self._answers[token] += statuses

    def take(self, request):
        with self._lock:
            self._requests.append(request)
            statuses = self._answers[request.body]
            return statuses.pop(0) if statuses else 200

    def requests(self, token=None):
        with self._lock:
            return [request for request in self._requests
                    if token is None or request.body == token]

    def start(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.certificate + ".key")
        context.set_alpn_protocols(["h2"])
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._connected, self._address, self.port,
                                     ssl=context))
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def _connected(self):
        self._connections += 1
        return _Connection(self, self._connections)

    def stop(self):
        """Cuts all connections, and listens no more."""
        if self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
        self._thread = None

    def _end(self):
        self._server.close()
        for transport in list(self.transports):
            transport.abort()
        self._loop.call_soon(self._loop.stop)
