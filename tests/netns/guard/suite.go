// A small test suite: each test fetches, and one of them may forget to close.   usage: suite PORT leak|clean
package main

import (
	"io"
	"net"
	"os"
	"time"
)

func fetch(port string) net.Conn {
	c, err := net.Dial("tcp", "127.0.0.1:"+port) // here: main.fetch
	if err != nil {
		os.Exit(1)
	}
	io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
	io.ReadAll(c)
	return c
}

var kept []net.Conn

func main() {
	fetch(os.Args[1]).Close()
	c := fetch(os.Args[1])
	if os.Args[2] == "leak" {
		kept = append(kept, c)
	} else {
		c.Close()
	}
	time.Sleep(500 * time.Millisecond)
	if len(kept) > 1 {
		os.Exit(1)
	}
}
