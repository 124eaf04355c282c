"""The warm interpreter of one generator: compiles its script once and executes it anew for every run.

Frames come and go on descriptor 3. Whatever the protocol needs is bound here, before a script can replace it.
"""
import ctypes
import faulthandler
import gc
import io
import json
import linecache
import math
import os
import signal
import struct
import sys
import traceback
import types
from _thread import _count as count_threads
from json.encoder import encode_basestring_ascii as quote
from os import WNOHANG, _exit, chdir, dup2, environ, fork, getpid, getppid, read, setsid, waitpid, write

CONTROL, STACK = 3, 4
OWN_FILE = "<httpsd>"
MAX_MESSAGE, MAX_TRACEBACK = 4096, 16384
KILL, PDEATHSIG, SUBREAPER, NO_NEW_PRIVILEGES = int(signal.SIGKILL), 1, 36, 38

prefix = struct.Struct(">ii")
encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
decode = json.JSONDecoder().decode
format_exception = traceback.format_exception
recursion_limit = sys.getrecursionlimit()
stdin, new_lines, new_text = sys.stdin, io.StringIO, io.TextIOWrapper
modules, lines = sys.modules, linecache.cache
getrecursionlimit, setrecursionlimit = sys.getrecursionlimit, sys.setrecursionlimit
setitimer, new_module = signal.setitimer, types.ModuleType
set_handler, CHILD, IGNORED = signal.signal, signal.SIGCHLD, signal.SIG_IGN
libc = ctypes.CDLL(None, use_errno=True)

# What every answer carries, and the only process that may give it: a script's own fork can come back from the
# script too, and what it says would be taken for the answer of this run or of the next one.
token, answering = "", getpid()


class Output(io.FileIO):
    """Standard output or error. It can't be closed: whoever wraps the stream closes it when the wrapper goes."""

    def close(self):
        pass


class Refused(Exception):
    """The result is not one that can be handed on."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def protect(parent):
    """Dies with the parent, adopts what the script orphans, and gains no rights."""
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PDEATHSIG, KILL, 0, 0, 0)
    if getppid() != parent:
        _exit(1)


def wall_in(rules):
    """Gives up, for good and for all that it starts, every file but these and every process but its own (WallRules)."""
    def must(number, *arguments):
        result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
        if result < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "landlock")
        return result

    ruleset = must(444, struct.pack("=QQQ", rules["handled"], 0, rules["scoped"]), rules["size"], 0)
    for kind in ("read", "write"):
        for path in rules[kind + "Paths"]:
            try:
                opened = os.open(path, os.O_PATH)
            except OSError:
                continue
            rights = rules[kind] & (-1 if os.path.isdir(path) else rules["ofFiles"])
            must(445, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
            os.close(opened)
    must(446, ruleset, 0)
    os.close(ruleset)


def stay_alone(status=0):
    if getpid() != answering:
        _exit(status)


def exit_status(error):
    """What a process ends with that an exception ends."""
    code = error.code if isinstance(error, SystemExit) else 1
    return code & 255 if isinstance(code, int) else int(code is not None)


def receive():
    stay_alone()
    data = b""
    while len(data) < 8 or len(data) < 8 + sum(prefix.unpack_from(data)):
        piece = read(CONTROL, 1 << 20)
        if not piece:
            _exit(0)
        data += piece
    header, _ = prefix.unpack_from(data)
    return decode(data[8:8 + header].decode()), data[8 + header:]


def send(kind, fields="", body=b""):
    stay_alone()
    header = '{"kind":"%s","token":"%s"%s}' % (kind, token, fields)
    data = memoryview(prefix.pack(len(header), len(body)) + header.encode("ascii") + body)
    while data:
        data = data[write(CONTROL, data):]


def text(value, limit):
    """A JSON string, without what UTF-8 can't hold; of a long one the end."""
    if len(value) > limit:
        value = "..." + value[3 - limit:]
    return quote(value.encode("utf-8", "backslashreplace").decode())


def send_error(kind, message, trace=""):
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE - 3] + "..."
    send("error", ',"type":%s,"message":%s,"traceback":%s,"threads":%d' % (
        text(kind, 256), text(message, MAX_MESSAGE), text(trace, MAX_TRACEBACK), threads_left()))


def threads_left():
    """A thread that is just ending gets a moment; one that stays costs the interpreter."""
    for _ in range(20):
        if count_threads() == 0:
            break
        signal.sigtimedwait([], 0.002)
    return count_threads()


def own_frames_dropped(error):
    seen = set()
    open_errors = [error]
    while open_errors:
        error = open_errors.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename == OWN_FILE:
            frames = frames.tb_next
        error.__traceback__ = frames
        open_errors += [error.__cause__, error.__context__]


def report(error):
    try:
        # Its own text has the file's name without the folder, which many scripts may share.
        named = isinstance(error, SyntaxError) and isinstance(error.filename, str) and isinstance(error.lineno, int)
        message = "%s (%s, line %d)" % (error.msg, error.filename, error.lineno) if named else str(error)
    except BaseException:
        message = "(the exception's own text could not be had)"
    if isinstance(error, SystemExit):
        message = "the script called sys.exit(%s)" % ("" if error.code is None else ascii(error.code))
    try:
        own_frames_dropped(error)
        trace = "".join(format_exception(type(error), error, error.__traceback__))
    except BaseException:
        trace = ""
    send_error(type(error).__name__, message, trace)


def kind_of(value):
    return type(value).__name__


def explain(value):
    """Finds the first element that JSON can't hold, without recursion of its own."""
    stack = [(iter([("", value)]), None)]
    above = set()
    while stack:
        items, container = stack[-1]
        step = next(items, None)
        if step is None:
            stack.pop()
            above.discard(container)
            continue
        where, element = step
        at = where + ": " if where else ""
        string_expected = ".labels." in where or "].targets[" in where
        if element is None or isinstance(element, (bool, int)):
            continue
        if isinstance(element, str):
            try:
                element.encode("utf-8")
            except UnicodeEncodeError:
                raise Refused("InvalidResult", at + "the string is not valid Unicode")
        elif isinstance(element, float):
            if not math.isfinite(element):
                raise Refused("InvalidResult", "%s%s is not valid JSON" % (at, element))
        elif isinstance(element, (list, tuple, dict)):
            if id(element) in above:
                raise Refused("InvalidResult", at + "the list contains itself (a circular reference)")
            if len(stack) > 200:
                raise Refused("InvalidResult", at[-200:] + "nested too deeply")
            above.add(id(element))
            if isinstance(element, dict):
                for key in element:
                    if not isinstance(key, str):
                        raise Refused("InvalidResult", "%sthe key %.100s is %s, not a string" % (
                            at, ascii(key), kind_of(key)))
                inner = [((where + "." + key).lstrip("."), item) for key, item in element.items()]
            else:
                inner = [("%s[%d]" % (where, i), item) for i, item in enumerate(element)]
            stack.append((iter(inner), id(element)))
        else:
            raise Refused("InvalidResult", "%s%s is not %s" % (
                at, kind_of(element), "a string" if string_expected else "valid JSON"))


def serialise(value, limit):
    if not isinstance(value, (list, tuple, dict, str, int, float, type(None))):
        kind = kind_of(value)
        article = "an" if kind[0] in "aeiouAEIOU" else "a"
        raise Refused("InvalidResult", "generate_targets() returned %s %s; a list is expected" % (article, kind))
    try:
        # json.dumps makes strings of other keys; join refuses them, and is quicker than a loop.
        if isinstance(value, (list, tuple)):
            for group in value:
                if isinstance(group, dict):
                    "".join(group)
                    labels = group.get("labels")
                    if isinstance(labels, dict):
                        "".join(labels)
        body = encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        setrecursionlimit(recursion_limit)
        explain(value)
        raise Refused("InvalidResult", "the list is not valid JSON: %.500s" % error)
    if len(body) > limit:
        raise Refused("ResultTooLarge", "the list is %d bytes; Worker:MaxResultBytes allows %d" % (len(body), limit))
    return body


def new_output(number, name):
    raw = Output(number, "w", closefd=False)
    raw.name = name
    stream = new_text(raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)
    stream.mode = "w"
    return stream


def prepare(home, base, left_base, left_environment):
    """The state that a run starts from, whatever the one before left; returns the environment's raw form."""
    chdir(home)
    if environ._data != left_environment or base is not left_base:
        environ.clear()
        environ.update(base)
    environ["HOME"] = environ["TMPDIR"] = home
    dup2(CONTROL + 2, 1)
    dup2(CONTROL + 2, 2)
    # New ones for every run: a script may have wrapped, detached or closed those of the run before.
    sys.stdout = sys.__stdout__ = new_output(1, "<stdout>")
    sys.stderr = sys.__stderr__ = new_output(2, "<stderr>")
    sys.stdin = stdin
    if getrecursionlimit() != recursion_limit:
        setrecursionlimit(recursion_limit)
    setitimer(signal.ITIMER_REAL, 0)
    if "tempfile" in modules:
        modules["tempfile"].tempdir = None
    return dict(environ._data)


def flush():
    """What the script's own wrappers still hold belongs to this run's output."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass


def compiled_once(request, source, compiled):
    # From text: a coding line is about the file it was read from, and the text came as UTF-8.
    if not compiled:
        compiled.append(compile(source, request["file"], "exec", dont_inherit=True))
    return compiled[0]


def call(request, source, compiled):
    code = compiled_once(request, source, compiled)
    module = new_module("generator")
    module.__file__ = request["file"]
    modules["generator"] = module
    exec(code, module.__dict__)
    function = module.__dict__.get("test_generate_targets") if request["check"] else None
    if function is None:
        function = module.__dict__.get("generate_targets")
        if not callable(function):
            raise Refused("InvalidResult", "the script defines no function generate_targets(**params)")
        return function(**request["parameters"])
    return function()


def run(request, source, compiled):
    try:
        body = serialise(call(request, source, compiled), request["maxResultBytes"])
    except Refused as refused:
        answer = (send_error, refused.kind, str(refused))
    except BaseException as error:
        stay_alone(exit_status(error))
        answer = (report, error)
    else:
        answer = (send, "result", ',"threads":%d' % threads_left(), body)
    stay_alone()
    flush()
    chdir("/")
    answer[0](*answer[1:])


def run_forked(request, source, compiled):
    """The child's end is told only after all of its output was sent: by the parent, when it has reaped it."""
    global answering
    parent = getpid()
    try:
        compiled_once(request, source, compiled)
    except BaseException:
        pass
    child = fork()
    if child == 0:
        answering = getpid()
        try:
            setsid()
            protect(parent)
            send("child", ',"pid":%d' % answering)
            run(request, source, compiled)
        finally:
            _exit(0)
    chdir("/")
    _, status = waitpid(child, 0)
    send("exit", ',"status":%d' % status)


def reap():
    try:
        while waitpid(-1, WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def search(path):
    """PYTHONPATH, which an isolated interpreter ignores; only now, so that nothing on it replaces what is used here."""
    sys.path[:0] = [entry for entry in path.split(":") if entry.startswith("/")]


def next_run():
    """Waits for it; what the run before left and is killed now is reaped as it ends, by the kernel."""
    global token
    script_handler = set_handler(CHILD, IGNORED)
    reap()
    request, source = receive()
    token = request["token"]
    set_handler(CHILD, signal.SIG_DFL if script_handler is None else script_handler)
    reap()
    return request, source


def main():
    protect(int(sys.argv[1]))
    os.dup2(1, CONTROL + 2, inheritable=False)
    for descriptor in (CONTROL, STACK):
        os.set_inheritable(descriptor, False)
    faulthandler.register(signal.SIGUSR2, file=STACK, all_threads=True, chain=False)
    rules = decode(sys.argv[2])
    if rules is not None:
        wall_in(rules)
    search(environ.get("PYTHONPATH", ""))
    base = {name: value for name, value in environ.items() if name not in ("HOME", "TMPDIR")}
    send("ready")
    request, source = next_run()
    source = source.decode("utf-8-sig", "replace")
    sys.argv[:] = [request["file"]]
    shown = new_lines(source, newline=None).readlines()
    compiled, marked, raw = [], None, None
    in_check = dict(base, PROMETHEUS_HTTP_SD_IS_TEST="1")
    gc.freeze()
    while True:
        lines[request["file"]] = (len(source), None, shown, request["file"])
        wanted = in_check if request["check"] else base
        try:
            raw = prepare(request["directory"], wanted, marked, raw)
        except BaseException as error:
            send("unready", ',"message":%s' % text("%s: %s" % (type(error).__name__, error), MAX_MESSAGE))
            _exit(1)
        marked = wanted
        (run_forked if request["fork"] else run)(request, source, compiled)
        request, _ = next_run()


main()
