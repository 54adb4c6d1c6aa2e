#!/usr/bin/python3
"""An S3-compatible store: OpenStack Swift with its s3api, in one process on the loopback (Debian's python3-swift).

  object_store.py FOLDER [BUCKET]      says {"port": n, "key": …, "secret": …} and serves until it is told to end

Accounts and containers in SQLite below FOLDER, objects in memory (Swift's own in-memory object server), one copy of each.
"""
import eventlet

eventlet.monkey_patch()

import json
import os
import signal
import sys

from eventlet import wsgi
from paste.deploy import loadapp
from swift.common import utils
from swift.common.ring import RingBuilder

folder = os.path.abspath(sys.argv[1])
KEY, SECRET = "test:tester", "testing-secret"


def listen():
    return eventlet.listen(("127.0.0.1", 0))


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


sockets = {name: listen() for name in ("account", "container", "object", "proxy")}
os.makedirs(os.path.join(folder, "devices", "d1"), exist_ok=True)
write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = tests\nswift_hash_path_prefix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n")
for name in ("account", "container", "object"):
    builder = RingBuilder(2, 1, 0)
    port = sockets[name].getsockname()[1]
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, "ip": "127.0.0.1", "port": port, "device": "d1"})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f"{name}.ring.gz"))

COMMON = f"[DEFAULT]\nswift_dir = {folder}\ndevices = {folder}/devices\nmount_check = false\nlog_level = ERROR\n"
for name in ("account", "container", "object"):
    egg = "mem_object" if name == "object" else name
    write(f"{name}.conf", f"{COMMON}[app:main]\nuse = egg:swift#{egg}\n")
write(
    "proxy.conf",
    f"""{COMMON}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = {SECRET} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
""",
)
utils.SWIFT_CONF_FILE = os.path.join(folder, "swift.conf")
utils.HASH_PATH_SUFFIX = utils.HASH_PATH_PREFIX = b"tests"
import swift.common.storage_policy as policy

policy.reload_storage_policies()


class Silent:
    def write(self, _):
        pass


class Cache(dict):
    """Swift keeps its tokens in memcached; one process needs no more than a dictionary."""

    def __bool__(self):
        return True

    def get(self, key, raise_on_error=False):
        return super().get(key)

    def set(self, key, value, **_):
        self[key] = value

    def incr(self, key, delta=1, **_):
        self[key] = int(super().get(key) or 0) + delta
        return self[key]

    def delete(self, key, **_):
        self.pop(key, None)


def with_cache(app, cache=Cache()):
    def call(environment, start):
        environment["swift.cache"] = cache
        return app(environment, start)

    return call


for name, socket in sockets.items():
    app = loadapp(f"config:{folder}/{name}.conf")
    app = with_cache(app) if name == "proxy" else app
    eventlet.spawn(wsgi.server, socket, app, log=Silent(), log_output=False)

if len(sys.argv) > 2:  # an empty bucket to begin with
    import urllib.request

    base = f"http://127.0.0.1:{sockets['proxy'].getsockname()[1]}"
    token = urllib.request.Request(f"{base}/auth/v1.0", headers={"x-auth-user": KEY, "x-auth-key": SECRET})
    answer = urllib.request.urlopen(token)
    made = urllib.request.Request(
        f"{answer.headers['x-storage-url']}/{sys.argv[2]}", method="PUT", headers={"x-auth-token": answer.headers["x-auth-token"]}
    )
    urllib.request.urlopen(made)

print(json.dumps({"port": sockets["proxy"].getsockname()[1], "key": KEY, "secret": SECRET}), flush=True)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
while True:
    eventlet.sleep(3600)
