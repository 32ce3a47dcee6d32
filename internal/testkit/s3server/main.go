// Command s3server is the embedded S3 store alone, as a process of its own. The test kit builds and runs it, so that
// test binaries need not contain it: it changes the working directory of the process it runs in.
package main

import (
	"context"
	"fmt"
	"os"

	"kikigaki/internal/embedded"
)

func main() {
	if err := embedded.RunS3(context.Background(), os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
