package localpg

import (
	"os"
	"strconv"
	"syscall"
)

// selfPath is the running program even if its file was replaced or removed.
func selfPath() (string, error) { return "/proc/self/exe", nil }

// nameSelf makes the supervisor known to ps and top by a name of its own.
func nameSelf() {
	// For the eye only: a failure changes nothing.
	_ = os.WriteFile("/proc/self/comm", []byte("needmap-pg"), 0)
}

// dieWithParent makes the kernel send a signal to the child when the thread
// that started it ends; that thread must therefore live as long as we do.
func dieWithParent(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }

// isPostmaster tells whether a process serves pgData: PostgreSQL works with its
// data directory as current directory.
func isPostmaster(pid int, pgData string) bool {
	cwd, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd")
	return err == nil && cwd == pgData
}
