//go:build !linux

package localpg

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func selfPath() (string, error) { return os.Executable() }

func nameSelf() {}

// dieWithParent has no counterpart here: a PostgreSQL whose supervisor was
// killed lives until the next command, or the last user's Close, ends it.
func dieWithParent(*syscall.SysProcAttr, syscall.Signal) {}

// isPostmaster tells whether a process serves pgData, by its command line.
func isPostmaster(pid int, pgData string) bool {
	out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), "-D "+pgData+" ")
}
