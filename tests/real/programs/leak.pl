# Net::HTTP objects that nobody closes. usage: perl leak.pl HOST:PORT PER_SECOND
use strict;
use warnings;
use Net::HTTP;
use Time::HiRes 'sleep';

my ($peer, $per_second) = @ARGV;
my @kept;
while (1) {
    my $http = Net::HTTP->new(PeerAddr => $peer, KeepAlive => 1) or die $@;
    $http->write_request(GET => '/');
    my ($code) = $http->read_response_headers;
    push @kept, $http;
    sleep 1 / $per_second;
}
