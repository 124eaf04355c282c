using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using HttpSd.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HttpSd.ServiceDefaults;

/// <summary>Binds option classes so that a wrong setting stops the process at start, with its name.</summary>
public static class Settings
{
    /// <summary>Environment variables with this prefix are settings: <c>HTTPSD_Server__MaxWait=5s</c>.</summary>
    public const string EnvironmentPrefix = "HTTPSD_";

    /// <summary>
    /// Binds a section and checks it at start. Durations may be written as <c>90s</c> or <c>1h30m</c>; a name
    /// that the class doesn't have is an error.
    /// </summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section)
        where T : class, new() => services.AddSettings<T>(section, isWhole: true);

    /// <summary>The same for a class that has some names of a section; the others belong to another class, here or elsewhere.</summary>
    public static IServiceCollection AddSharedSettings<T>(this IServiceCollection services, string section)
        where T : class, new() => services.AddSettings<T>(section, isWhole: false);

    private static IServiceCollection AddSettings<T>(this IServiceCollection services, string section, bool isWhole)
        where T : class, new()
    {
        services.AddSingleton<IValidateOptions<T>>(s =>
            new SettingsValidator<T>(section, isWhole, s.GetRequiredService<IConfiguration>()));
        services.AddOptions<T>()
            .Configure<IConfiguration>((options, configuration) => Bind(options, configuration.GetSection(section)))
            .ValidateOnStart();
        return services;
    }

    /// <summary>The settings of a section for what has to know them before there are services; checked likewise.</summary>
    /// <exception cref="OptionsValidationException">One is wrong.</exception>
    public static T Read<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var options = new T();
        Bind(options, configuration.GetSection(section));
        var result = new SettingsValidator<T>(section, true, configuration).Validate(null, options);
        return result.Failed ? throw new OptionsValidationException(section, typeof(T), result.Failures) : options;
    }

    /// <summary>Sets what can be read; <see cref="SettingsValidator{T}"/> reports the rest.</summary>
    private static void Bind(object options, IConfigurationSection section)
    {
        foreach (var property in options.GetType().GetProperties().Where(p => p.CanWrite))
        {
            var setting = section.GetSection(property.Name);
            if (setting.Exists() && SettingText.TryRead(setting, property.PropertyType, out var value))
                property.SetValue(options, value);
        }
    }
}

/// <summary>Reads one setting's text as a type.</summary>
internal static class SettingText
{
    public static bool TryRead(IConfigurationSection setting, Type type, out object? value)
    {
        if (type == typeof(string[]) || typeof(IEnumerable<string>).IsAssignableFrom(type) && type != typeof(string))
        {
            // A list is 'a,b' or the numbered entries of a file.
            value = setting.Value is { } text
                ? text.Length == 0 ? [] : text.Split(',', StringSplitOptions.TrimEntries)
                : setting.GetChildren().Select(c => c.Value ?? "").ToArray();
            return true;
        }
        return TryRead(setting.Value ?? "", Nullable.GetUnderlyingType(type) ?? type, out value);
    }

    public static string Shape(Type type) =>
        type == typeof(TimeSpan) ? "a duration such as 30s or 1h30m"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : "a number";

    private static bool TryRead(string text, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = text;
        }
        else if (type == typeof(TimeSpan))
        {
            if (GoDuration.TryParse(text, out var duration))
                value = duration;
            else if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration))
                value = duration;
        }
        else if (type.IsEnum)
        {
            if (Enum.TryParse(type, text, ignoreCase: true, out var choice) && Enum.IsDefined(type, choice))
                value = choice;
        }
        else
        {
            try
            {
                value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
            {
            }
        }
        return value is not null;
    }
}

/// <summary>Names the setting, what it is and what is allowed; also settings that don't exist.</summary>
internal sealed class SettingsValidator<T>(string section, bool isWhole, IConfiguration configuration) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var failures = new List<string>();
        var properties = typeof(T).GetProperties().Where(p => p.CanWrite)
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        var subsections = typeof(T).GetCustomAttribute<SubsectionsAttribute>()?.Names ?? [];
        foreach (var setting in configuration.GetSection(section).GetChildren())
        {
            if (setting.Value is null && subsections.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                continue;
            if (!properties.TryGetValue(setting.Key, out var property))
            {
                if (isWhole)
                    failures.Add($"{section}:{setting.Key} is not a setting; there are {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}");
            }
            else if (!SettingText.TryRead(setting, property.PropertyType, out _))
                failures.Add($"{section}:{property.Name} is '{setting.Value}', but must be {SettingText.Shape(property.PropertyType)}");
        }
        foreach (var property in properties.Values)
        {
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes(true).OfType<ValidationAttribute>().Where(r => !r.IsValid(value)))
                failures.Add($"{section}:{property.Name} is '{Text(value)}', but {Allowed(rule)}");
        }
        if (options is IValidatableObject whole)
            failures.AddRange(whole.Validate(new ValidationContext(options)).Select(Named));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string Named(ValidationResult result) =>
        result.MemberNames.FirstOrDefault() is { } name ? $"{section}:{name} {result.ErrorMessage}" : $"{section}: {result.ErrorMessage}";

    private static string Allowed(ValidationAttribute rule) => rule switch
    {
        RangeAttribute { OperandType: var type } range when type == typeof(TimeSpan) =>
            $"must be from {Text(Duration(range.Minimum))} to {Text(Duration(range.Maximum))}",
        RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}",
        RequiredAttribute => "must not be empty",
        _ => rule.FormatErrorMessage("").Replace("The field  ", "", StringComparison.Ordinal).TrimEnd('.'),
    };

    // The attribute turns its bounds from text into values at its first check.
    private static TimeSpan Duration(object bound) =>
        bound is TimeSpan duration ? duration : TimeSpan.Parse((string)bound, CultureInfo.InvariantCulture);

    private static string Text(object? value) => value switch
    {
        TimeSpan duration => GoDuration.Format(duration),
        IEnumerable<string> list => string.Join(',', list),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
