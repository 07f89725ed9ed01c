# Forks a child a connection; the parent keeps its own copy. usage: perl fork_server.pl PORT
use strict;
use warnings;
use IO::Socket::INET;

$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 64, ReuseAddr => 1) or die $!;
my %clients;
while (my $client = $listener->accept) {
    $clients{$client} = $client;
    next if fork;
    my $line = <$client>;
    print $client "ok\n";
    exit 0;
}
