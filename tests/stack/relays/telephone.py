"""Delta Chat's core as an app on a telephone has it, driven like the server.

    DC_ACCOUNTS_PATH=FOLDER telephone.py LIBRARY TOKEN

JSON-RPC on standard input and output.  An app tells the core by which token it
is woken with a call of the library that the server of JSON-RPC does not have
(dc_accounts_set_push_device_token); what the core does with the token is its
own.  Needs python3-cffi-backend, by which the library is a module of Python.
"""

import importlib.util
import os
import sys
import threading


def load(path):
    """The functions of deltachat.h, and what makes C of Python."""
    spec = importlib.util.spec_from_file_location("capi", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.lib, module.ffi


def print_answers(lib, ffi, server):
    while (answer := lib.dc_jsonrpc_next_response(server)) != ffi.NULL:
        sys.stdout.buffer.write(ffi.string(answer) + b"\n")
        sys.stdout.buffer.flush()
        lib.dc_str_unref(answer)


def main():
    lib, ffi = load(sys.argv[1])
    accounts = lib.dc_accounts_new(os.environ["DC_ACCOUNTS_PATH"].encode(), 1)
    lib.dc_accounts_set_push_device_token(accounts, sys.argv[2].encode())
    server = lib.dc_jsonrpc_init(accounts)
    threading.Thread(target=print_answers, args=(lib, ffi, server),
                     daemon=True).start()
    for line in sys.stdin.buffer:
        lib.dc_jsonrpc_request(server, line.rstrip(b"\n"))
    # The thread still waits for an answer in the library.
    os._exit(0)  # pylint: disable=protected-access


if __name__ == "__main__":
    main()
