using CsCheck;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Tests.Reconcile;

public sealed class PathClaimsTests
{
    private readonly PathClaims claims = new(PathPolicy.Shared);

    [Fact]
    public void The_older_object_has_the_path_and_the_younger_takes_over()
    {
        claims.Put(Wanting("a", "p", day: 2)).Should().BeEmpty();
        claims.Put(Wanting("b", "p", day: 1)).Should().Equal(Key("a"));
        claims.OwnerFor(Key("a")).Should().Be(Key("b"));

        claims.Remove(Key("b")).Should().Equal(Key("a"));
        claims.OwnerOf("p").Should().Be(Key("a"));
    }

    [Fact]
    public void Of_two_of_the_same_second_the_name_decides()
    {
        claims.Put(Wanting("b", "p", day: 1));
        claims.Put(Wanting("a", "p", day: 1));
        claims.OwnerOf("p").Should().Be(Key("a"));
    }

    [Fact]
    public void An_invalid_path_claims_nothing_and_another_mistake_does()
    {
        claims.Put(World.Generator("""{"path":"/p"}""", "a"));
        claims.Put(World.Generator("""{"path":"p","timeout":"5x"}""", "b"));
        claims.OwnerFor(Key("a")).Should().BeNull();
        claims.OwnerOf("p").Should().Be(Key("b"));
    }

    [Fact]
    public void An_object_that_is_being_deleted_makes_room()
    {
        var a = Wanting("a", "p", day: 1);
        claims.Put(a);
        claims.Put(Wanting("b", "p", day: 2));
        a.Metadata.DeletionTimestamp = a.Metadata.CreationTimestamp;
        claims.Put(a).Should().Equal(Key("b"));
    }

    [Fact]
    public void With_their_namespaces_before_them_two_equal_paths_are_two_paths()
    {
        var each = new PathClaims(PathPolicy.Namespaced);
        var (a, b) = (Wanting("a", "p", day: 1), Wanting("b", "p", day: 2));
        b.Metadata.NamespaceProperty = "team-b";
        each.Put(a);
        each.Put(b).Should().BeEmpty();
        each.OwnerOf("monitoring/p").Should().Be(Key("a"));
        each.OwnerOf("team-b/p").Should().Be(new EntityKey("team-b", "b"));
        each.OwnerOf("p").Should().BeNull();
    }

    [Fact]
    public void A_path_that_is_too_long_with_its_namespace_claims_nothing()
    {
        var path = new string('p', 510);
        new PathClaims(PathPolicy.Namespaced).Put(Wanting("a", path, day: 1)).Should().BeEmpty();
        SpecText.WantedPath(Wanting("a", path, day: 1), PathPolicy.Namespaced).Should().BeNull();
        SpecText.WantedPath(Wanting("a", path, day: 1), PathPolicy.Shared).Should().Be(path);
        SpecText.WantedPath(World.Generator("""{"script":"x","path":"/p"}"""), PathPolicy.Namespaced).Should().BeNull();
    }

    [Fact]
    public void A_change_that_leaves_the_path_concerns_nobody_else()
    {
        claims.Put(Wanting("a", "p", day: 1));
        claims.Put(Wanting("b", "p", day: 2));
        claims.Put(Wanting("b", "p", day: 2)).Should().BeEmpty();
        claims.Put(Wanting("a", "p", day: 1)).Should().BeEmpty();
    }

    [Fact]
    public void Step_by_step_it_is_what_it_would_be_at_once()
    {
        var change = Gen.Select(Gen.Char['a', 'e'], Gen.Char['p', 'r'], Gen.Int[1, 3], Gen.Bool);
        change.Array[0, 30].Sample(changes =>
        {
            var (some, objects) = (new PathClaims(PathPolicy.Shared), new Dictionary<EntityKey, TargetGenerator>());
            foreach (var (name, path, day, remove) in changes)
            {
                var before = objects.Keys.ToDictionary(k => k, k => some.OwnerFor(k));
                var entity = Wanting($"{name}", $"{path}", day);
                var key = EntityKey.Of(entity);
                var affected = remove ? some.Remove(key) : some.Put(entity);
                if (remove)
                    objects.Remove(key);
                else
                    objects[key] = entity;

                foreach (var (other, owner) in before.Where(b => b.Key != key))
                {
                    some.OwnerFor(other).Should().Be(OwnerAtOnce(objects, other));
                    if (some.OwnerFor(other) != owner)
                        affected.Should().Contain(other);
                }
            }
        }, iter: 1000);
    }

    private static EntityKey? OwnerAtOnce(Dictionary<EntityKey, TargetGenerator> objects, EntityKey key) => objects
        .Where(o => SpecText.WantedPath(o.Value, PathPolicy.Shared) == SpecText.WantedPath(objects[key], PathPolicy.Shared))
        .OrderBy(o => o.Value.Metadata.CreationTimestamp).ThenBy(o => o.Key).First().Key;

    private static EntityKey Key(string name) => new("monitoring", name);

    private static TargetGenerator Wanting(string name, string path, int day)
    {
        var entity = World.Generator($$"""{"script":"x","path":"{{path}}"}""", name);
        entity.Metadata.CreationTimestamp = new DateTime(2026, 1, day, 0, 0, 0, DateTimeKind.Utc);
        return entity;
    }
}
