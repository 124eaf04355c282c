using HttpSd.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HttpSd.Cli.Sources.Yaml;

/// <summary>
/// Composes documents from the parser's events. Aliases share their node, so a document is never larger than
/// its text; what it would unfold to is bounded where it is written (<see cref="YamlJson"/>).
/// </summary>
internal sealed class YamlComposer
{
    private const int MaxDepth = 60;
    private readonly Parser parser;
    private readonly Dictionary<AnchorName, YamlNode> anchors = [];
    private List<(int Line, string Message)> problems = [];

    private YamlComposer(string text) => parser = new Parser(new Scanner(new StringReader(text)));

    /// <summary>The documents up to the end or to the first place that is not YAML, which is then the problem.</summary>
    public static (List<YamlDocument> Documents, (int Line, string Message)? Problem) Compose(string text)
    {
        var documents = new List<YamlDocument>();
        var composer = new YamlComposer(text);
        try
        {
            while (composer.Next() is { } root)
                documents.Add(new YamlDocument(root, composer.problems));
            return (documents, null);
        }
        catch (YamlException e)
        {
            return (documents, ((int)e.Start.Line, $"not valid YAML: {Excerpt.Of(e.Message)}"));
        }
        // The scanner's own invariants give way on some broken texts, such as a tag of one character.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            return (documents, ((int)(composer.parser.Current?.End.Line ?? 1), "not valid YAML"));
        }
    }

    private YamlNode? Next()
    {
        while (parser.MoveNext())
        {
            if (parser.Current is not DocumentStart)
                continue;
            anchors.Clear();
            problems = [];
            parser.MoveNext();
            return Read(0);
        }

        return null;
    }

    // The parser stands on the value's first event, and after it on its last.
    private YamlNode Read(int depth)
    {
        var start = parser.Current!.Start;
        if (depth > MaxDepth)
            throw new YamlException(start, start, $"more than {MaxDepth} levels");

        if (parser.Current is AnchorAlias alias)
            return anchors.TryGetValue(alias.Value, out var aliased)
                ? aliased
                : throw new YamlException(start, start, $"the alias *{alias.Value} has no anchor before it");

        return parser.Current switch
        {
            Scalar scalar => Leaf(scalar),
            SequenceStart => ReadList(depth),
            MappingStart => ReadMap(depth),
            var other => throw new YamlException(start, start, $"{other.GetType().Name} is not expected"),
        };
    }

    private YamlScalar Leaf(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        var plain = tag.Length == 0
            ? scalar.Style == ScalarStyle.Plain && !scalar.Tag.IsNonSpecific
            : tag is "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null";
        if (tag.Length > 0 && !plain && tag != "tag:yaml.org,2002:str")
            problems.Add((Line(scalar), $"the tag {Excerpt.Of(tag)} is not known"));
        var leaf = new YamlScalar(Line(scalar), scalar.Value, plain);
        Remember(scalar.Anchor, leaf);
        return leaf;
    }

    private YamlList ReadList(int depth)
    {
        var start = (SequenceStart)parser.Current!;
        var list = new YamlList(Line(start), []);
        Remember(start.Anchor, list);
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
            list.Items.Add(Read(depth + 1));
        return list;
    }

    private YamlMap ReadMap(int depth)
    {
        var start = (MappingStart)parser.Current!;
        var map = new YamlMap(Line(start), []);
        Remember(start.Anchor, map);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            var key = Read(depth + 1);
            parser.MoveNext();
            var value = Read(depth + 1);
            if (key is not YamlScalar name)
                problems.Add((key.Line, "a key is a list or a mapping"));
            else if (!keys.Add(name.Text))
                problems.Add((key.Line, $"the key '{Excerpt.Of(name.Text)}' is there twice"));
            else
                map.Entries.Add(new YamlEntry(key.Line, name.Text, value));
        }

        return map;
    }

    private void Remember(AnchorName anchor, YamlNode node)
    {
        if (!anchor.IsEmpty)
            anchors[anchor] = node;
    }

    private static int Line(ParsingEvent at) => (int)at.Start.Line;
}
