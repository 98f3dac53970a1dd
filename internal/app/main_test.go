package app_test

import (
	"testing"

	"clarion.example/clarion/internal/app/apptest"
)

// TestMain lets a test start this binary again as a server that can be killed.
func TestMain(m *testing.M) { apptest.Main(m) }
