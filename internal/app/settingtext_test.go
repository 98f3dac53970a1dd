package app_test

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/i18n"
)

// TestEverySettingIsExplained: the administrator reads in their own language what each setting does.
func TestEverySettingIsExplained(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Settings() {
		key := "setting." + strings.NewReplacer(".", "_", "-", "_").Replace(s.Name)
		for _, lang := range catalog.Langs() {
			if _, ok := catalog.Forms(lang, key); !ok {
				t.Errorf("%s has no text %s", lang, key)
			}
		}
	}
}
