package config

import (
	"slices"
	"testing"
)

// TestEverySettingIsClassified: whoever adds a setting decides whether the administrator's page may show its value.
func TestEverySettingIsClassified(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range settings(&Config{}) {
		names = append(names, s.name)
		if slices.Contains(hidden[:], s.name) == slices.Contains(shown[:], s.name) {
			t.Errorf("%s must stand in one of the lists hidden and shown", s.name)
		}
	}
	for _, name := range slices.Concat(hidden[:], shown[:]) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is classified and no setting", name)
		}
	}
}

func TestSettingsShowValuesButNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "postgres://clarion:planted-password@db/clarion"
	c, err := Load(Source{Environ: []string{"CLARION_LOG_LEVEL=warn"}, Flags: map[string]string{"database": secret, "desk.idle": "45m"}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Setting{}
	for _, s := range c.Settings() {
		got[s.Name] = s
		if s.Value == secret || s.Hidden && s.Value != "" {
			t.Errorf("%s shows %q", s.Name, s.Value)
		}
	}
	if got["desk.idle"].Value != "45m" || got["log.level"].Value != "warn" || got["pack"].Value != got["pack"].Default || !got["database"].Hidden {
		t.Errorf("values: %+v", got)
	}
}
