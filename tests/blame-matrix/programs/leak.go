// Opens connections and never closes them, from several places.   usage: leak PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"
)

var kept []net.Conn

func ask(c net.Conn, err error) {
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(c, "GET / HTTP/1.1\r\n\r\n")
	io.ReadAll(c)
	kept = append(kept, c)
}

//go:noinline
func fetchPlain(address string) {
	c, err := net.Dial("tcp", address) // here: main.fetchPlain
	ask(c, err)
}

type pool struct{ address string }

//go:noinline
func (p *pool) fetchMethod() {
	c, err := net.DialTimeout("tcp", p.address, time.Second) // here: main.(*pool).fetchMethod
	ask(c, err)
}

func fetchInlined(address string) (net.Conn, error) {
	return net.Dial("tcp", address) // here: main.fetchInlined
}

//go:noinline
func fetchDeep(address string, depth int) {
	if depth > 0 {
		fetchDeep(address, depth-1)
		return
	}
	c, err := net.Dial("tcp", address) // here: main.fetchDeep
	ask(c, err)
}

type opener interface{ open(address string) }
type direct struct{}

//go:noinline
func (direct) open(address string) {
	var d net.Dialer
	c, err := d.Dial("tcp", address) // here: main.direct.open
	ask(c, err)
}

//go:noinline
func fetchDeferred(address string) {
	defer func() {
		c, err := net.Dial("tcp", address) // here: main.fetchDeferred.func1
		ask(c, err)
	}()
}

//go:noinline
func fetchTCP(address string) {
	to, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		panic(err)
	}
	c, err := net.DialTCP("tcp", nil, to) // here: main.fetchTCP
	ask(c, err)
}

func retry(times int, f func() (net.Conn, error)) (net.Conn, error) {
	for i := 1; ; i++ {
		if c, err := f(); err == nil || i == times {
			return c, err
		}
	}
}

//go:noinline
func fetchRetried(address string) {
	ask(retry(3, func() (net.Conn, error) {
		return net.Dial("tcp", address) // here: main.fetchRetried.func1
	}))
}

func main() {
	perSecond, _ := strconv.Atoi(os.Args[2])
	p := &pool{"127.0.0.1:" + os.Args[1]}
	for {
		fetchPlain(p.address)
		p.fetchMethod()
		ask(fetchInlined(p.address))
		fetchDeep(p.address, 4)
		opener(direct{}).open(p.address)
		fetchDeferred(p.address)
		fetchTCP(p.address)
		fetchRetried(p.address)
		done := make(chan bool)
		go func() { fetchPlain(p.address); done <- true }()
		<-done
		time.Sleep(time.Second / time.Duration(perSecond))
	}
}
