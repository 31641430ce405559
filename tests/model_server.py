"""A language model on this computer that says what a test wants, misbehaves as it is told, and keeps every byte."""

import json
import socketserver
import threading
import time


def chat(text, *, finish="stop", model=None, read=1000, **message):
    """Answer of a chat server as bytes."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
    usage = {"prompt_tokens": read, "completion_tokens": 10}
    return json.dumps({**({} if model is None else {"model": model}), "choices": [choice], "usage": usage}).encode()


def http(content, status="200 OK", length=None, **headers):
    """Bytes of an answer; `length` may be a lie."""
    said = {"Content-Type": "application/json", "Content-Length": len(content) if length is None else length}
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in {**said, **headers}.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + content


def given(*segments):
    """Words of an answer: for each segment pairs of code and quote."""
    entries = [
        {"segment": number, "codes": [{"code": code, "quote": quote} for code, quote in codes]}
        for number, codes in enumerate(segments, 1)
    ]
    return json.dumps({"segments": entries})


class ModelServer:
    """Speaks on 127.0.0.1 until it is closed.

    `answer` makes the words of an answer from the texts of the segments asked for; `faults` is worked off first, one
    entry a request: bytes that are sent as they stand, or a callable that gets the connection.
    """

    def __init__(self, answer=lambda texts: given(*([] for _ in texts))):
        self.answer, self.faults, self.raw, self.tags, self.shown, self.pause = answer, [], [], None, {}, 0.0
        self.told = []  # faults of the questions which model that is
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        memory = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                memory.serve(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address = True, True

            def handle_error(self, *_):  # a caller that gave up waiting
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}/v1"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def serve(self, rfile, wfile):
        head, length = b"", 0
        while (line := rfile.readline()) not in (b"\r\n", b""):
            head += line
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not head:
            return
        body = rfile.read(length)
        with self.lock:
            self.raw.append(head + b"\r\n" + body)
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
            asks = head.startswith(b"POST /v1/")
            fault = self.faults.pop(0) if self.faults and asks else None
        time.sleep(self.pause)
        with self.lock:
            self.at_once -= 1
        if not asks and self.told:
            wfile.write(self.told.pop(0))
        elif head.startswith(b"GET "):
            content = json.dumps({"models": self.tags or []}).encode()
            wfile.write(http(content) if self.tags is not None else http(b"", "404 Not Found"))
        elif not asks:
            wfile.write(http(json.dumps(self.shown).encode()))
        elif callable(fault):
            fault(wfile)
        else:
            wfile.write(fault if fault is not None else http(chat(self.answer(self.texts(body)))))

    @staticmethod
    def texts(body):
        return [s["text"] for s in json.loads(json.loads(body)["messages"][1]["content"])["segments"]]

    @property
    def bodies(self):
        """What was asked, as values."""
        return [json.loads(raw.split(b"\r\n\r\n", 1)[1]) for raw in self.raw if raw.startswith(b"POST /v1/")]

    @property
    def materials(self):
        """What was asked about, as values."""
        return [json.loads(body["messages"][1]["content"]) for body in self.bodies]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def drip(wfile):
    """Send a byte now and then, for longer than anybody waits."""
    wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        time.sleep(0.02)
        wfile.write(b" ")
        wfile.flush()


def drip_headers(wfile):
    """Send a header byte by byte, for longer than anybody waits."""
    wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(40):
        time.sleep(0.02)
        wfile.write(b"x")
        wfile.flush()


def silent(wfile):
    """Say nothing for longer than anybody waits."""
    time.sleep(0.6)


def hang_up(wfile):
    """Go away without a word."""
