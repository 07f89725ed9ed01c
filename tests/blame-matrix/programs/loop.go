// As loop.c, in Go: its accept() is that of net/http.   usage: loop PORT COUNT
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

var kept []net.Conn

type keeper struct{ net.Listener }

// Nobody ever closes what this hands out.
func (k keeper) Accept() (net.Conn, error) {
	c, err := k.Listener.Accept()
	if err == nil {
		kept = append(kept, c)
		<-make(chan int)
	}
	return c, err
}

func call(port int) {
	if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
		c.Close()
	}
}

func serveMore(port int) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)) // here: serveMore
	if err == nil {
		go http.Serve(keeper{l}, nil)
	}
}

func main() {
	port, _ := strconv.Atoi(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	for i := 0; i < count; i++ {
		serveMore(port + i)
		call(port + i)
		time.Sleep(200 * time.Millisecond)
	}
	time.Sleep(600 * time.Millisecond)
}
