"""Where a stand-in for a service is run: it starts a child, then says on its port that it is ready."""

import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    port, behaviour = int(sys.argv[1]), sys.argv[2]
    if behaviour == "waits":
        time.sleep(300)
    if behaviour == "dies":
        sys.exit("the reason is here")
    subprocess.Popen(["sleep", "300"])
    HTTPServer(("127.0.0.1", port), Ready).serve_forever()
