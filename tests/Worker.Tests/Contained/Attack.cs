using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Tests.Runner;

namespace HttpSd.Worker.Tests.Contained;

/// <summary>A hostile script, and what it must come to.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Body">Of <c>generate_targets()</c>; it knows the victims' variables, and of the C library. With a <c>#!</c> line: the script.</param>
/// <param name="Ends">What its type, its message or its traceback says; of several, one.</param>
public sealed record Attack(string Name, string Body, string Ends)
{
    private const string Tools = """
        import builtins, ctypes, json, os, resource, signal, socket, subprocess, sys, time
        libc = ctypes.CDLL(None, use_errno=True)

        def must(result):
            if result < 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            return result


        """;

    /// <summary>What is read, written, signalled or looked into.</summary>
    public static IReadOnlyList<Attack> OnOthers { get; } =
    [
        new("the agent's environment", "return [open(f'/proc/{AGENT}/environ').read()]", "PermissionError"),
        new("the runner's environment", "return [open(f'/proc/{RUNNER}/environ').read()]", "PermissionError"),
        new("another generator's environment", "return [open(f'/proc/{OTHER}/environ').read()]", "PermissionError"),
        new("the agent's memory", "open(f'/proc/{AGENT}/mem', 'rb').read(1)", "PermissionError"),
        new("the agent's memory, by a call", "b = ctypes.create_string_buffer(8); v = (ctypes.c_size_t * 2)(ctypes.addressof(b), 8)\nmust(libc.process_vm_readv(AGENT, v, 1, v, 1, 0))", "Operation not permitted"),
        new("the agent's open files", "return [os.readlink(f'/proc/{AGENT}/fd/0')]", "PermissionError"),
        new("the agent's files, by its root", "return [open(f'/proc/{AGENT}/root{SECRET}').read()]", "PermissionError"),
        new("a secret that file rights leave open", "return [open(SECRET).read()]", "PermissionError"),
        new("the same, by a shell", "#!/bin/sh\ncat {SECRET}", "Permission denied"),
        new("the same, by a symbolic link", "os.symlink(SECRET, 'x')\nreturn [open('x').read()]", "PermissionError"),
        new("the same, by a hard link", "os.link(SECRET, 'x')\nreturn [open('x').read()]", "Error"),
        new("the same, in a namespace of its own", "must(libc.unshare(0x10000000 | 0x20000))\nmust(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))", "Operation not permitted"),
        new("passwords of the machine", "return [open('/etc/shadow').read()]", "PermissionError"),
        new("another generator's folder", "return os.listdir(f'/proc/{OTHER}/cwd')", "PermissionError"),
        new("the folder of all runs", "return os.listdir('../..')", "PermissionError"),
        new("another generator's module", "sys.path.insert(0, f'/proc/{OTHER}/cwd')\nimport generator_of_another", "ModuleNotFoundError"),
        new("SIGKILL to the agent", "os.kill(AGENT, signal.SIGKILL)", "PermissionError"),
        new("SIGSTOP to the runner", "os.kill(RUNNER, signal.SIGSTOP)", "PermissionError"),
        new("SIGKILL to another generator", "os.kill(OTHER, signal.SIGKILL)", "PermissionError"),
        new("SIGKILL to everybody", "try:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError:\n    pass\nraise ValueError('nobody')", "nobody|InterpreterDied"),
        new("SIGKILL, by a shell", "#!/bin/sh\nset -e\nkill -9 {AGENT}", "not permitted"),
        new("tracing the agent", "must(libc.ptrace(16, AGENT, 0, 0))", "Operation not permitted"),
        new("tracing the runner", "must(libc.ptrace(16, RUNNER, 0, 0))", "Operation not permitted"),
        new("tracing another generator", "must(libc.ptrace(16, OTHER, 0, 0))", "Operation not permitted"),
        new("the runner's socket", "s = socket.socket(socket.AF_UNIX); s.settimeout(5)\ns.connect(SOCKET)\ns.sendall(bytes(8))\nanswer = s.recv(1)\nraise ValueError(f'answered {answer!r}')", "PermissionError|ConnectionResetError|BrokenPipeError|answered b''"),
        new("another socket in its place", "os.unlink(SOCKET)", "PermissionError"),
        new("a file beside the secret", "open(OUTSIDE + '/x', 'w')", "PermissionError"),
        new("a file in /tmp", "#!/bin/sh\nset -e\necho x > /tmp/httpsd-escaped", "Permission denied"),
        new("a program of the machine", "open('/usr/local/bin/httpsd-escaped', 'w')", "PermissionError"),
        new("a setting of the kernel", "open('/proc/sys/vm/swappiness', 'w').write('1')", "PermissionError"),
        new("a folder that is removed with its own", "os.symlink(OUTSIDE, 'link')\nos.makedirs('a/b')\nos.symlink(OUTSIDE, 'a/b/link')\nraise ValueError('left')", "left"),
        new("its folders locked", "for f in ('.', '..', '../..', os.path.dirname(SOCKET)):\n    try:\n        os.chmod(f, 0)\n    except OSError:\n        pass\nraise ValueError('locked')", "locked"),
        new("the runner's socket locked", "os.chmod(SOCKET, 0)\nraise ValueError('locked')", "locked"),
    ];

    /// <summary>What is taken without end.</summary>
    public static IReadOnlyList<Attack> OfGreed { get; } =
    [
        new("a full disk", "for n in range(10000):\n    open(str(n), 'wb').write(bytes(1 << 20))", "Worker:MaxDiskBytes allows"),
        new("a large file", "with open('x', 'wb') as f:\n    while True:\n        f.write(bytes(1 << 20))", "Worker:MaxFileBytes allows"),
        new("10,000 open files", "x = [open('/dev/null') for _ in range(10000)]", "Worker:MaxOpenFiles allows"),
        new("10 GB of memory", "x = bytearray(10 << 30)", "Worker:MaxMemoryBytes allows"),
        new("10 GB printed", "for _ in range(10 << 10):\n    os.write(1, bytes(1 << 20))", "Worker:MaxLogBytes allows"),
        new("10 GB printed as a list", "#!/bin/sh\nhead -c 10G /dev/zero", "Worker:MaxResultBytes allows"),
        new("10 GB of messages", "#!/bin/sh\nhead -c 10G /dev/zero >&2", "Worker:MaxLogBytes allows"),
        new("forks without end", "for _ in range(2000):\n    if os.fork() == 0:\n        time.sleep(20)\n        os._exit(0)\ntime.sleep(20)", "Worker:MaxProcesses allows"),
        new("CPU time without end", "while True: pass", "Worker:MaxCpuTime allows"),
        new("CPU time of children", "#!/bin/bash\nfor i in 1 2 3; do while :; do :; done & done\nwait", "Worker:MaxCpuTime allows"),
        new("a daemon", "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execvp('sleep', ['sleep', '1000', 'httpsd-daemon'])\n    os._exit(0)\nos.wait()\nraise ValueError('left')", "left"),
        new("SIGTERM ignored", "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)", "TimeoutError"),
        new("the runner's builtins replaced", "builtins.open = builtins.len = builtins.compile = json.dumps = os.write = lambda *a, **k: 'evil'\nsys.modules.clear()\nraise ValueError('replaced')", "Error|InterpreterDied"),
        new("the interpreter's channel", "os.write(3, bytes(8) + b'evil')\nos.close(3)", "InterpreterDied"),
    ];

    /// <summary>What only another user than root is kept from.</summary>
    public static IReadOnlyList<Attack> OfRoot { get; } =
    [
        new("the clock", "time.clock_settime(time.CLOCK_REALTIME, 0)", "PermissionError"),
        new("the agent's limits", "resource.prlimit(AGENT, resource.RLIMIT_NOFILE, (1, 1))", "PermissionError"),
        new("its own limits", "resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))", "raise maximum limit"),
        new("the host's name", "socket.sethostname('evil')", "PermissionError"),
        new("root", "os.setuid(0)", "PermissionError"),
        new("root, by a program", "#!/bin/sh\nset -e\nmount -t tmpfs none /mnt", "mount"),
    ];

    internal ScriptRun Run(IReadOnlyDictionary<string, string> known, RunIsolation isolation)
    {
        var script = Body.StartsWith("#!", StringComparison.Ordinal)
            ? known.Aggregate(Body, (text, one) => text.Replace($"{{{one.Key}}}", one.Value, StringComparison.Ordinal))
            : Tools + string.Concat(known.Select(one => $"{one.Key} = {one.Value}\n"))
                + "\n\ndef generate_targets(**params):\n" + string.Concat(Body.Split('\n').Select(line => $"    {line}\n"));
        return (Body.StartsWith("#!", StringComparison.Ordinal) ? TestRunner.Exec(script) : TestRunner.Python(script))
            .With(d => d with { Isolation = isolation, Timeout = TimeSpan.FromSeconds(Ends == "TimeoutError" ? 1 : 20) });
    }

    public override string ToString() => Name;
}
