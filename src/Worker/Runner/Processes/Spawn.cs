using System.Runtime.InteropServices;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// <c>posix_spawn</c> in a new session, with default signals: the runtime ignores SIGPIPE, which a script would
/// inherit and then never end on a closed pipe.
/// </summary>
internal static unsafe class Spawn
{
    private const short SetSignalDefaults = 4, SetSignalMask = 8, SetSession = 0x80;

    // glibc's are 336, 80 and 128 bytes, musl's smaller.
    private const int StructureBytes = 512;

    /// <summary>The number of the process, already running the program.</summary>
    public static int Run(SpawnPlan plan)
    {
        var attributes = stackalloc byte[StructureBytes];
        var actions = stackalloc byte[StructureBytes];
        var signals = stackalloc byte[StructureBytes];
        using var strings = new NativeStrings();
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawn_file_actions_init(actions);
        try
        {
            _ = Libc.sigemptyset(signals);
            _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
            _ = Libc.sigfillset(signals);
            _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
            _ = Libc.posix_spawnattr_setflags(attributes, SetSignalDefaults | SetSignalMask | SetSession);
            for (var number = 0; number < plan.Descriptors.Count; number++)
                _ = Libc.posix_spawn_file_actions_adddup2(actions, plan.Descriptors[number].Number, number);
            _ = Libc.posix_spawn_file_actions_addchdir_np(actions, strings.Add(plan.Directory));

            int pid;
            var error = Libc.posix_spawn(
                &pid,
                strings.Add(plan.Arguments[0]),
                actions,
                attributes,
                strings.AddAll(plan.Arguments),
                strings.AddAll(plan.Environment.Select(pair => $"{pair.Key}={pair.Value}")));
            return error == 0 ? pid : throw Libc.Error(plan.Arguments[0], error);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text) => (byte*)Keep(Marshal.StringToCoTaskMemUTF8(text));

        public byte** AddAll(IEnumerable<string> texts)
        {
            var all = texts.ToArray();
            var array = (byte**)Keep(Marshal.AllocCoTaskMem((all.Length + 1) * sizeof(byte*)));
            for (var i = 0; i < all.Length; i++)
                array[i] = Add(all[i]);
            array[all.Length] = null;
            return array;
        }

        public void Dispose() => _blocks.ForEach(Marshal.FreeCoTaskMem);

        private nint Keep(nint block)
        {
            _blocks.Add(block);
            return block;
        }
    }
}
