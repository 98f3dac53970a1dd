// Package browsertest looks at the public door through a real browser with scripts switched off: the whole way of a
// reporter, every page under axe, the keyboard alone, narrow screens, large letters, dark, paper, and pictures of it
// all for people to judge.
//
// It holds tests only. It must never be imported, keep a picture in the repository, or be the one place that checks
// a promise: what can be checked without a browser is checked without one.
package browsertest
