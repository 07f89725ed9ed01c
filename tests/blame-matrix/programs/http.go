// Asks with net/http and never closes the answers, from several places.   usage: leak PORT PER_SECOND
// A line that asks ends in its mark and NAME, the function that it stands in. net/http opens the connection in a goroutine
// of its own; of a host name with two addresses, net in yet another one.
package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

var kept []*http.Response
var conns []net.Conn

func keep(r *http.Response, err error) {
	if err != nil {
		panic(err)
	}
	kept = append(kept, r)
}

// Each asks anew: no connection is idle.
func client() *http.Client { return &http.Client{Transport: &http.Transport{}} }

//go:noinline
func fetchGet(url string) {
	r, err := client().Get(url) // here: main.fetchGet
	keep(r, err)
}

type shop struct{ client *http.Client }

//go:noinline
func (s *shop) fetchDo(url string) {
	q, _ := http.NewRequestWithContext(context.Background(), "GET", url, nil)
	r, err := s.client.Do(q) // here: main.(*shop).fetchDo
	keep(r, err)
}

func fetchInlined(url string) (*http.Response, error) {
	return client().Post(url, "text/plain", nil) // here: main.fetchInlined
}

//go:noinline
func fetchDeep(url string, depth int) {
	if depth > 0 {
		fetchDeep(url, depth-1)
		return
	}
	r, err := client().Get(url) // here: main.fetchDeep
	keep(r, err)
}

//go:noinline
func fetchName(url string) {
	r, err := client().Get(url) // here: main.fetchName
	keep(r, err)
}

// A hook of the program's own opens it for net/http.
func dialHook(ctx context.Context, network, address string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, address)
}

//go:noinline
func fetchHook(url string) {
	c := &http.Client{Transport: &http.Transport{DialContext: dialHook}}
	r, err := c.Get(url) // here: main.fetchHook
	keep(r, err)
}

//go:noinline
func fetchRoundTrip(url string) {
	q, _ := http.NewRequest("GET", url, nil)
	r, err := new(http.Transport).RoundTrip(q) // here: main.fetchRoundTrip
	keep(r, err)
}

//go:noinline
func dialName(address string) {
	c, err := net.Dial("tcp", address) // here: main.dialName
	if err != nil {
		panic(err)
	}
	c.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	conns = append(conns, c)
}

//go:noinline
func fetchThread(url string, done chan bool) {
	r, err := client().Get(url) // here: main.fetchThread
	keep(r, err)
	done <- true
}

func main() {
	perSecond, _ := strconv.Atoi(os.Args[2])
	url, name := "http://127.0.0.1:"+os.Args[1]+"/", "localhost:"+os.Args[1]
	for {
		fetchGet(url)
		(&shop{client()}).fetchDo(url)
		r, err := fetchInlined(url)
		keep(r, err)
		fetchDeep(url, 6)
		fetchName("http://" + name + "/")
		fetchHook(url)
		fetchRoundTrip(url)
		dialName(name)
		done := make(chan bool)
		go fetchThread(url, done)
		<-done
		time.Sleep(time.Second / time.Duration(perSecond))
	}
}
