"""Ctrl-C reaches what the tests start, wherever they run themselves."""

import signal

# A shell starts what runs in its background with SIGINT ignored, and a command that is
# started from there inherits it: Ctrl-C would stop nothing, whatever the command does.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
