// A handler that takes its time and never looks at the request's context. usage: slowserver HOST:PORT SECONDS
package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	seconds, _ := strconv.ParseFloat(os.Args[2], 64)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Duration(seconds * float64(time.Second)))
		fmt.Fprintln(w, "late")
	})
	fmt.Println(http.ListenAndServe(os.Args[1], nil))
}
