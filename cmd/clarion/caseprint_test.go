package main

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/packs"
)

// TestHeadSaysHowToReachAndWhatIsWished: contact level and wish are routing; staff see them before they open anything.
func TestHeadSaysHowToReachAndWhatIsWished(t *testing.T) {
	t.Parallel()
	fsys, _ := packs.FS("national-security")
	p, err := pack.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	c, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[i18n.Lang][]string{
		"en":      {"Contact: Confidential\n", "Reward: the reporter would like one, if one is due\n"},
		"zh-Hans": {"联系方式：保密\n", "奖励：举报人希望得到奖励（如果符合条件）\n"},
	} {
		var out strings.Builder
		pr := &printer{w: &out, l: c.For(lang), a: &app.App{Pack: p}}
		pr.head(cases.Case{Number: "MH-1", State: cases.Received, Via: cases.ViaWeb, Sealed: cases.SealedBrowser, Contact: cases.Confidential, Wish: true, Lang: "en"})
		for _, line := range want {
			if !strings.Contains(out.String(), line) {
				t.Errorf("%s: no %q in\n%s", lang, line, out.String())
			}
		}
	}
}
