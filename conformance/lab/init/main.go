// Command init is the first program of a kernel that is recorded.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	fmt.Println("hello", os.Args)
	unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
}
