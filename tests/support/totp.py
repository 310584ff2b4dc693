"""An authenticator: RFC 4226 and 6238 by their text, for the tests alone."""

import base64
import hashlib
import hmac
import struct
import time


def code(secret, step):
    """The 6 digits of a time step. `secret` is base32."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step),
                   hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = struct.unpack(">I", mac[offset:offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1000000:06d}"


def current_step():
    """The time step, of which some seconds are left."""
    left = 30 - time.time() % 30
    if left < 6:
        time.sleep(left + 0.1)
    return int(time.time()) // 30
