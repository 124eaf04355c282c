namespace HttpSd.Operator.Runtime.Client;

/// <summary>There is no usable way to an API server; the message says what was looked for and what was wrong.</summary>
internal sealed class KubeConfigurationException(string message, Exception? inner = null) : FormatException(message, inner);
