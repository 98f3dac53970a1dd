package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// filesystem names what is under dir: a commit is worth what that keeps.
func filesystem(dir string) string {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return "an unknown file system"
	}
	switch s.Type {
	case unix.TMPFS_MAGIC, unix.RAMFS_MAGIC:
		return "memory (NOTHING IS DURABLE HERE; choose a disk with --dir)"
	case unix.EXT4_SUPER_MAGIC:
		return "ext4"
	case unix.XFS_SUPER_MAGIC:
		return "xfs"
	case unix.BTRFS_SUPER_MAGIC:
		return "btrfs"
	case unix.OVERLAYFS_SUPER_MAGIC:
		return "overlayfs"
	default:
		return fmt.Sprintf("file system %#x", s.Type)
	}
}

// loadAverage is that of the last minute, or -1 where the system does not tell.
func loadAverage() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(b), " ")
	v, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return v
}

// processTime is the processor time of this process.
func processTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// meter is what the machine's processors have done so far.
type meter struct {
	busy, all float64 // seconds
	own       float64 // of busy: this process and those that it started and saw end
}

// readMeter reads the machine's counters; all is zero where the system does not tell.
func readMeter() (m meter) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return m
	}
	first, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(first) // cpu user nice system idle iowait irq softirq steal …
	if len(fields) < 9 {
		return m
	}
	for i, f := range fields[1:9] {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return meter{}
		}
		m.all += v / userHertz
		if i != 3 && i != 4 {
			m.busy += v / userHertz
		}
	}
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_CHILDREN, &u) == nil {
		m.own = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	m.own += processTime().Seconds()
	return m
}

// othersSince is the share of the processors that others used since before, in per cent; -1 where it is not known.
func (m meter) othersSince(before meter) float64 {
	if m.all <= before.all {
		return -1
	}
	return max(0, 100*((m.busy-before.busy)-(m.own-before.own))/(m.all-before.all))
}
