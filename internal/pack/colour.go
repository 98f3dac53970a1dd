package pack

import (
	"fmt"
	"math"
	"strconv"

	"clarion.example/clarion/internal/errs"
)

// Colours replace the main colours of the house, for light and dark. Every pair must reach 4.5 to 1 (WCAG AA).
type Colours struct {
	Light Palette `yaml:"light"`
	Dark  Palette `yaml:"dark"`
}

// Palette is one set, each colour as #rrggbb: Primary for acts, links and progress, Hero for the front band,
// and what is written on them.
type Palette struct {
	Primary   string `yaml:"primary"`
	OnPrimary string `yaml:"on_primary"`
	Hero      string `yaml:"hero"`
	OnHero    string `yaml:"on_hero"`
}

const minimumRatio = 4.5

// The grounds of the house, on which links in the primary colour stand.
var (
	lightGrounds = [...]string{"#ffffff", "#f3f6f5"}
	darkGrounds  = [...]string{"#151f1d", "#0d1413"}
)

func (c *checker) colours(k *Colours) {
	if k == nil {
		return
	}
	c.palette("colours.light", k.Light, lightGrounds[:])
	c.palette("colours.dark", k.Dark, darkGrounds[:])
}

func (c *checker) palette(path string, p Palette, grounds []string) {
	fine := true
	for _, colour := range []struct{ name, value string }{
		{"primary", p.Primary}, {"on_primary", p.OnPrimary}, {"hero", p.Hero}, {"on_hero", p.OnHero},
	} {
		if _, ok := luminance(colour.value); !ok {
			c.add(path+"."+colour.name, "pack.bad_colour", errs.Args{"Value": colour.value})
			fine = false
		}
	}
	if !fine {
		return
	}
	c.pair(path+".on_primary", p.OnPrimary, p.Primary)
	c.pair(path+".on_hero", p.OnHero, p.Hero)
	for _, ground := range grounds {
		c.pair(path+".primary", p.Primary, ground)
	}
}

func (c *checker) pair(path, fore, back string) {
	a, _ := luminance(fore)
	b, _ := luminance(back)
	if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < minimumRatio {
		c.add(path, "pack.low_contrast", errs.Args{"Fore": fore, "Back": back, "Ratio": fmt.Sprintf("%.1f", math.Floor(ratio*10)/10)})
	}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(colour string) (l float64, ok bool) {
	if len(colour) != 7 || colour[0] != '#' {
		return 0, false
	}
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return 0, false
		}
		s := float64(v) / 255
		if s <= 0.04045 {
			l += weight * s / 12.92
		} else {
			l += weight * math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return l, true
}
