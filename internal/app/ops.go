package app

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what an operator may watch. None of them moves with one reporter's act: there is no request
// counter, and the size of the case log grows with its dummies.
type metrics struct {
	registry    *prometheus.Registry
	faults      prometheus.Counter
	checkpoints *prometheus.GaugeVec
	ready       prometheus.Gauge
}

func newMetrics() *metrics {
	m := &metrics{
		registry:    prometheus.NewRegistry(),
		faults:      prometheus.NewCounter(prometheus.CounterOpts{Name: "clarion_faults_total", Help: "Faults of the program that a visitor met."}),
		checkpoints: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "clarion_checkpoint_timestamp_seconds", Help: "When the last checkpoint of a log was signed."}, []string{"log"}),
		ready:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "clarion_ready", Help: "1 when the database answers and the logs are consistent."}),
	}
	m.registry.MustRegister(m.faults, m.checkpoints, m.ready, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// opsHandler serves the loopback door. ready returns the checks that fail, by name; an empty map is ready.
func opsHandler(m *metrics, ready func(context.Context) map[string]string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		failing := ready(ctx)
		m.ready.Set(1)
		status := http.StatusOK
		if len(failing) > 0 {
			m.ready.Set(0)
			status = http.StatusServiceUnavailable
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"ready": len(failing) == 0, "failing": failing})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return loopbackNames(mux)
}

// loopbackNames answers to names of this machine only: a page elsewhere could make the operator's browser ask this
// port under a name of its own (DNS rebinding).
func loopbackNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "misdirected", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}
