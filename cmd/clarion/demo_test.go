package main

import "testing"

func TestGoRunIsRecognised(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/tmp/go-build1063431888/b001/exe/clarion":                                                              true,
		"/home/a/.cache/go-build/aa/aab72d81ce47e3491e87d792b7b15de6d7804ea3f326ecb147b5280b884eab83-d/clarion": true,
		"/elsewhere/aa/aab72d81ce47e3491e87d792b7b15de6d7804ea3f326ecb147b5280b884eab83-d/clarion":              true,
		"/usr/local/bin/clarion":    false,
		"/home/a/go/bin/clarion":    false,
		"/home/a/clarion-d/clarion": false,
	} {
		if got := goRun.MatchString(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}
