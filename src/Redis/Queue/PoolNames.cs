namespace HttpSd.Redis.Queue;

/// <summary>The pools that generators name now; a name may come more than once.</summary>
public delegate IEnumerable<string> PoolNames();
