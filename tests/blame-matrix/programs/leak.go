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

func main() {
	perSecond, _ := strconv.Atoi(os.Args[2])
	p := &pool{"127.0.0.1:" + os.Args[1]}
	for {
		fetchPlain(p.address)
		p.fetchMethod()
		ask(fetchInlined(p.address))
		fetchDeep(p.address, 4)
		done := make(chan bool)
		go func() { fetchPlain(p.address); done <- true }()
		<-done
		time.Sleep(time.Second / time.Duration(perSecond))
	}
}
