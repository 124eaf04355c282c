# Walls itself in with Landlock and becomes the program. Its arguments are those of WallRules, then the program's.
use strict;
my ($size, $handled, $scoped, $read, $write, $of_files, $reads, $writes) = map { $_ + 0 } splice @ARGV, 0, 8;
my @rules = ((map { [$_, $read] } splice @ARGV, 0, $reads), (map { [$_, $write] } splice @ARGV, 0, $writes));

sub must { my ($result, $call) = @_; return $result if $result >= 0; print STDERR "$call: $!\n"; exit 126 }

my $attributes = pack "Q3", $handled, 0, $scoped;
my $ruleset = must(syscall(444, $attributes, $size, 0), "landlock_create_ruleset");
for my $rule (@rules) {
    my ($path, $access) = @$rule;
    sysopen(my $opened, $path, 0x200000) or next;
    $access &= $of_files unless -d $path;
    must(syscall(445, $ruleset, 1, pack("Ql", $access, fileno $opened), 0), "landlock_add_rule for $path");
}
must(syscall(446, $ruleset, 0), "landlock_restrict_self");
exec { $ARGV[0] } @ARGV or must(-1, $ARGV[0]);
