package i18n

import (
	"fmt"
	"strings"
)

// ShowControls makes characters visible that could make foreign text look like something else: controls of
// writing direction, other control characters (not tab or line ends), invisible spaces and tags. Each becomes
// [U+202E]. Joiners stay, because Persian and many emoji need them.
func ShowControls(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hidden(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	case r == 0xad || r == 0x61c || r == 0x180e || r == 0xfeff:
		return true
	case r == 0x200b || r == 0x200e || r == 0x200f:
		return true
	case r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff0 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}
