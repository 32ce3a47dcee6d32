// Package e2e runs the program as people do: as processes, through the command line and the HTTP contract alone, on real
// parts. It holds tests only.
package e2e
