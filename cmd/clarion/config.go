package main

import (
	"clarion.example/clarion/internal/config"
)

// settings are the flags that every command with an installation has.
type settings struct {
	Data   string            `help:"Data directory." placeholder:"DIR"`
	Config string            `help:"Configuration file (TOML)." placeholder:"FILE" env:"CLARION_CONFIG"`
	Set    map[string]string `help:"Any setting, such as --set public.listen=:80. See clarion config." placeholder:"NAME=VALUE" mapsep:"none"`
}

func (s *settings) load(e *env) (*config.Config, error) {
	flags := map[string]string{}
	for k, v := range s.Set {
		flags[k] = v
	}
	if s.Data != "" {
		flags["data"] = s.Data
	}
	return config.Load(config.Source{File: s.Config, Environ: e.environ, Flags: flags})
}

type configCmd struct {
	settings
}

// Run lists every setting with its meaning, after checking the configuration that is in force.
func (c *configCmd) Run(e *env) error {
	if _, err := c.load(e); err != nil {
		return err
	}
	return config.Describe(e.out)
}
