namespace HttpSd.Worker.Runner.Processes;

/// <summary>One thread that reads the output of every script as it comes.</summary>
internal sealed unsafe class OutputPump
{
    private const short Readable = 1;

    private readonly Lock _gate = new();
    private readonly List<OutputPipe> _pipes = [];
    private readonly Descriptor _changed = Descriptor.Event();

    public OutputPump() => new Thread(Run) { IsBackground = true, Name = "read output" }.Start();

    public void Add(OutputPipe pipe)
    {
        lock (_gate)
            _pipes.Add(pipe);
        ulong one = 1;
        _ = Libc.write(_changed.Number, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        while (true)
        {
            var pipes = Open();
            var polled = new Libc.PollDescriptor[pipes.Length + 1];
            polled[0] = new() { Descriptor = _changed.Number, Events = Readable };
            for (var i = 0; i < pipes.Length; i++)
                polled[i + 1] = new() { Descriptor = pipes[i].Number, Events = Readable };
            fixed (Libc.PollDescriptor* descriptors = polled)
                _ = Libc.poll(descriptors, (nuint)polled.Length, -1);

            ulong count;
            if (polled[0].Returned != 0)
                _ = Libc.read(_changed.Number, (byte*)&count, sizeof(ulong));
            for (var i = 0; i < pipes.Length; i++)
            {
                if (polled[i + 1].Returned != 0)
                    pipes[i].Drain();
            }
        }
    }

    private OutputPipe[] Open()
    {
        lock (_gate)
        {
            _pipes.RemoveAll(pipe => !pipe.IsOpen);
            return [.. _pipes];
        }
    }
}
