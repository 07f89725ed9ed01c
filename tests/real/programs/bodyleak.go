// Forgets resp.Body.Close(). usage: bodyleak URL PER_SECOND [KEEPALIVE_SECONDS [LIMIT]]
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func number(i int, fallback float64) float64 {
	if len(os.Args) <= i {
		return fallback
	}
	n, _ := strconv.ParseFloat(os.Args[i], 64)
	return n
}

func main() {
	perSecond, limit := number(2, 1), int(number(4, 1e9))
	dialer := &net.Dialer{KeepAlive: time.Duration(number(3, 15) * float64(time.Second))}
	client := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}
	var kept []*http.Response
	for {
		if len(kept) < limit {
			resp, err := client.Get(os.Args[1])
			if err != nil {
				fmt.Println(err)
			} else {
				kept = append(kept, resp)
			}
		}
		time.Sleep(time.Duration(float64(time.Second) / perSecond))
	}
}
