# A small test suite: each test fetches, and one of them may forget to close.   usage: suite.pl PORT leak|clean
use strict;
use IO::Socket::INET;
my ($port, $how) = @ARGV;
our @kept;

sub fetch {
	my $s = IO::Socket::INET->new("127.0.0.1:$port") or die; # here: fetch
	print $s "GET / HTTP/1.1\r\n\r\n";
	1 while <$s>;
	return $s;
}

# What opens at once is told of before it is known where Perl keeps its frames.
select undef, undef, undef, 0.3;
close fetch();
my $s = fetch();
$how eq 'leak' ? push(@kept, $s) : close $s;
select undef, undef, undef, 0.5;
