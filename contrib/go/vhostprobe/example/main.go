// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
package main // prints the gpu backend of this host, or why there is none

import "context"
import "fmt"
import "log"
import "vhostprobe"

func main() {
	path, err := vhostprobe.Find(context.Background(), vhostprobe.Request{Type: "gpu"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(path)
}
