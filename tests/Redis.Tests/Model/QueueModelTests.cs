using System.Globalization;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Model;

public sealed class QueueModelTests(Stores stores)
{
    private const int Seeds = 12;
    private const int Steps = 120;

    private static readonly string[] Paths = ["a", "b", "c", "d?x=1", "d?x=2", "d?x=3"];

    [Theory, EveryStore]
    public async Task Every_random_step_leaves_the_queue_as_the_model_says(StoreKind store)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            await using var corner = new Corner(stores, store, new QueueOptions { MaxLength = 4, MaxStalls = 1 });
            var walk = new Walk(corner, new Random(seed), new QueueModel(corner.Options));
            for (var step = 1; step <= Steps; step++)
                await walk.StepAsync($"seed {seed}, step {step}");
        }
    }

    private sealed class Walk(Corner corner, Random random, QueueModel model)
    {
        private readonly List<ClaimedJob> claims = [];
        private long lastToken;

        public async Task StepAsync(string where)
        {
            var operation = await DoAsync(where);
            await CompareAsync($"{where}, {operation}");
        }

        private Task<string> DoAsync(string where) => random.Next(12) switch
        {
            <= 3 => EnqueueAsync(where),
            <= 5 => ClaimAsync(where),
            <= 7 => BeatAsync(where),
            <= 9 => FinishAsync(where),
            10 => SweepAsync(where),
            _ => CancelAsync(where),
        };

        private async Task<string> EnqueueAsync(string where)
        {
            var (path, want, reload) = (Paths[random.Next(Paths.Length)], random.Next(4), random.Next(4) == 0);
            var expected = model.Enqueue(path, want, reload);

            var answer = await corner.EnqueueAsync(path, want, reload);

            answer.Outcome.Should().Be(expected, where);
            answer.Pending.Should().Be(model.Pending.Count, where);
            if (reload || expected == EnqueueOutcome.Enqueued)
                Draw(answer.Floor, where);
            else
                answer.Floor.Should().Be(0, where);
            return $"enqueue {path} want {want} reload {reload}";
        }

        private async Task<string> ClaimAsync(string where)
        {
            var crowding = random.Next(3) switch
            {
                0 => null,
                var more => new CrowdingGenerator("/targets/d", MayHaveMore: more == 1),
            };
            var job = await corner.ClaimAsync(crowding);
            var expected = model.Claim(job?.Token ?? 0, crowding);

            (job?.FullPath).Should().Be(expected is { } some ? "/targets/" + some.Path : null, where);
            if (job is null)
                return $"claim {crowding}";
            var before = expected!.Value.Before;
            (job.WantedRevision, job.Stalls, job.LostToken).Should().Be((before.Want, before.Stalls, before.Token), where);
            Draw(job.Token, where);
            claims.Add(job);
            return "claim " + job.FullPath;
        }

        private async Task<string> BeatAsync(string where)
        {
            if (claims.Count == 0)
                return "nothing";
            var job = claims[random.Next(claims.Count)];
            (await corner.BeatAsync(job)).Should().Be(model.Beat(Path(job), job.Token), where);
            return "beat " + job.FullPath;
        }

        private async Task<string> FinishAsync(string where)
        {
            if (claims.Count == 0)
                return "nothing";
            var (job, mode) = (claims[random.Next(claims.Count)], (FinishMode)random.Next(4));
            (await corner.FinishAsync(job, mode)).Should().Be(model.Finish(Path(job), job.Token, mode), where);
            return $"finish {job.FullPath} {mode}";
        }

        private async Task<string> SweepAsync(string where)
        {
            var expired = model.Processing.Where(_ => random.Next(2) == 0).ToList();
            foreach (var path in expired)
                await corner.Db.SortedSetAddAsync(corner.Leases, "/targets/" + path, 1);
            var report = await corner.SweepAsync();
            var (retaken, poison) = model.Sweep(expired, report.Poison.Select(p => p.Token));

            (report.Retaken, report.Removed, report.Mended).Should().Be((retaken, 0, 0), where);
            report.Poison.Select(Path).Should().Equal(poison, where);
            foreach (var job in report.Poison)
                Draw(job.Token, where);
            claims.AddRange(report.Poison);
            return "sweep " + string.Join(' ', expired);
        }

        private async Task<string> CancelAsync(string where)
        {
            string[] paths = [Paths[random.Next(Paths.Length)]];
            var ran = paths.Any(model.Processing.Contains);
            var answer = await corner.Queue.CancelAsync(Corner.Pool, [.. paths.Select(p => "/targets/" + p)], Corner.Stop);
            answer.Cancelled.Should().Be(model.Cancel(paths), where);
            if (ran)
                Draw(answer.Floor, where);
            else
                answer.Floor.Should().Be(0, where);
            return "cancel " + paths[0];
        }

        private async Task CompareAsync(string where)
        {
            (await corner.PendingAsync()).Should().Equal(model.Pending, where);
            (await corner.ProcessingAsync()).Should().Equal(model.Processing, where);
            (await corner.Db.HashGetAllAsync(corner.Jobs))
                .ToDictionary(entry => entry.Name.ToString()["/targets/".Length..], entry => Read(entry.Value!))
                .Should().BeEquivalentTo(model.Jobs, where);
            (await corner.Db.SortedSetRangeByRankAsync(corner.Leases)).Select(p => p.ToString()["/targets/".Length..])
                .Should().BeEquivalentTo(model.Processing, where);
            (await corner.Db.SortedSetRangeByRankAsync(corner.Waiting)).Select(p => p.ToString()["/targets/".Length..])
                .Should().BeEquivalentTo(model.Pending, where);
            var totals = await corner.TotalsAsync();
            (totals.Enqueued, totals.Completed, totals.Dropped).Should().Be((model.Enqueued, model.Completed, model.Dropped), where);
            (totals.Enqueued - totals.Completed - totals.Dropped).Should().Be(totals.Pending + totals.Processing, where);
        }

        private void Draw(long token, string where)
        {
            token.Should().BeGreaterThan(lastToken, where);
            lastToken = token;
        }

        private static string Path(ClaimedJob job) => job.FullPath["/targets/".Length..];

        private static QueueModel.Job Read(string marker)
        {
            var parts = marker.Split('\n')[0].Split('|');
            long Number(int i) => long.Parse(parts[i], CultureInfo.InvariantCulture);
            return new QueueModel.Job(parts[0][0], Number(1), Number(2), (int)Number(4), Number(5) == 1);
        }
    }
}
