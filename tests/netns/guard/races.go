// Waits; then, if it is asked to, opens what it never closes, by a name with addresses of both families: net has a
// goroutine of its own for each.   usage: races PORT wait|leak DURATION
package main

import (
	"io"
	"net"
	"os"
	"time"
)

var kept net.Conn

//go:noinline
func fetch(port string) {
	c, err := net.Dial("tcp", "localhost:"+port) // here: main.fetch
	if err != nil {
		os.Exit(1)
	}
	io.WriteString(c, "GET / HTTP/1.1\r\n\r\n")
	io.ReadAll(c)
	kept = c
}

func main() {
	wait, _ := time.ParseDuration(os.Args[3])
	time.Sleep(wait)
	if os.Args[2] == "leak" {
		fetch(os.Args[1])
		time.Sleep(2 * time.Second)
	}
}
