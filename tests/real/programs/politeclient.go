// Reads and closes every body; bursts with pauses. usage: politeclient URL WORKERS PAUSE_MS
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

func main() {
	workers, _ := strconv.Atoi(os.Args[2])
	pause, _ := strconv.Atoi(os.Args[3])
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	for {
		var group sync.WaitGroup
		for i := 0; i < workers; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				resp, err := client.Get(os.Args[1])
				if err != nil {
					fmt.Println(err)
					return
				}
				defer resp.Body.Close()
				io.Copy(io.Discard, resp.Body)
			}()
		}
		group.Wait()
		time.Sleep(time.Duration(pause) * time.Millisecond)
	}
}
