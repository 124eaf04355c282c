namespace HttpSd.Operator;

internal static class Program
{
    private static int Main() => 1;
}
