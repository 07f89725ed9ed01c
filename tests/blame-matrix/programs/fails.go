// Leaks five connections to a server that then is gone, and goes on trying: from then on each connect() fails.
package main

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

var kept []*http.Response

func fetch(url string) {
	answer, err := http.Get(url) // here: fetch
	if err == nil {
		kept = append(kept, answer)
	}
}

// Answers without an end, and closes: the body that nobody reads keeps the connection.
func serve(listener net.Listener) {
	for i := 0; i < 5; i++ {
		peer, _ := listener.Accept()
		peer.Read(make([]byte, 4096))
		fmt.Fprintf(peer, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n%020000d", 0)
		peer.Close()
	}
	listener.Close()
}

func main() {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	url := "http://" + listener.Addr().String() + "/"
	done := make(chan bool)
	go func() { serve(listener); done <- true }()
	for i := 0; i < 5; i++ {
		fetch(url)
	}
	<-done
	fmt.Println("gone")
	for {
		fetch(url)
		time.Sleep(100 * time.Millisecond)
	}
}
