// Package ui is everything visual: the stylesheet and its tokens, icons, the page frame, the parts that pages are
// made of, and the renderer that turns a page's struct into HTML.
//
// It must never write a script, a style attribute, an event attribute, a reference to another host, or an input that
// a browser may remember. Foreign text is only ever text: nothing here turns a string of a stranger, a pack or
// the catalogue into markup.
package ui

//go:generate npm --prefix ../../tools/ui ci --no-audit --no-fund
//go:generate npm --prefix ../../tools/ui run build
