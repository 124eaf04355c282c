using HttpSd.Tests;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Stores))]
// Tests mostly wait for a store, so more of them than cores run at once.
[assembly: Parallelization(MaxThreads = 6)]
