package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"clarion.example/clarion/proof"
)

type verifyCmd struct {
	Ack        verifyAckCmd        `cmd:"" help:"Check an acknowledgement."`
	Proof      verifyProofCmd      `cmd:"" help:"Check a proof of an event in the ledger."`
	Checkpoint verifyCheckpointCmd `cmd:"" help:"Check a signed checkpoint."`
	Site       verifySiteCmd       `cmd:"" help:"Compare what a site gives to browsers with its statement, the public log and this program."`
}

// Help says what is needed, and what a verdict means.
func (verifyCmd) Help() string {
	return `Everything is checked on this machine; only --keys and a site may be an address. The fingerprint of the root key must come from the
authority's papers or another person, never from the server that is being checked.
Exit code 0: genuine. 1: changed, damaged or made by somebody else. Others: it could not be checked.`
}

// trusted are the keys that a verifier relies on: the key set, and the root's fingerprint from elsewhere.
type trusted struct {
	Keys string `help:"The authority's keys.json: a file, or its address." required:"" placeholder:"FILE"`
	Root string `help:"Fingerprint of the authority's root key, from its papers: never from the server itself." required:"" placeholder:"FINGERPRINT"`
}

func (t *trusted) load(e *env) (*proof.KeySet, error) {
	b, err := readKeys(e.ctx, t.Keys)
	if err != nil {
		return nil, err
	}
	signed, err := proof.ParseKeySet(b)
	if err != nil {
		return nil, refused("key set", err)
	}
	set, err := signed.Verify(proof.Trust{Root: t.Root})
	if errors.Is(err, proof.ErrRoot) {
		return nil, fmt.Errorf("the key set %w: another root key than the one of this fingerprint signed it; compare the fingerprint with the authority's papers", errRefused)
	}
	if err != nil {
		return nil, refused("key set", err)
	}
	return set, nil
}

// errFetch is an address from which nothing came: no verdict.
var errFetch = errors.New("could not be fetched")

// readKeys reads a file or fetches an address; what comes is believed only after its signatures were checked.
func readKeys(ctx context.Context, from string) ([]byte, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		return os.ReadFile(from)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %w: %w", from, errFetch, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %w: it answers %s", from, errFetch, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, 4<<20))
}

type verifyAckCmd struct {
	File  string `arg:"" help:"The acknowledgement."`
	Proof string `help:"A proof of receipt to check together with it." placeholder:"FILE"`
	trusted
}

// Run checks an acknowledgement, and with a proof that its leaf stands in the ledger.
func (c *verifyAckCmd) Run(e *env) error {
	set, err := c.load(e)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	a, err := proof.ParseAcknowledgement(b, set.AckVerifier())
	if err != nil {
		return refused("acknowledgement", err)
	}
	fmt.Fprintf(e.out, "The acknowledgement is genuine.\n%s received a report on %s.\nHash of the sealed report: %s\nIts leaf stands in the ledger by %s.\n", a.Authority, a.Day, a.Report, a.IncludedBy)
	if c.Proof == "" {
		return nil
	}
	pb, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	p, err := proof.ParseProof(pb)
	if err != nil {
		return refused("proof", err)
	}
	cp, err := proof.VerifyAckWithProof(a, p, set.CaseVerifier())
	if err != nil {
		return refused("proof", err)
	}
	fmt.Fprintf(e.out, "The proof shows it in the ledger, at index %d of %d leaves.\n", p.Index, cp.Size)
	return nil
}

type verifyProofCmd struct {
	File string `arg:"" help:"The proof."`
	trusted
}

// Run checks a proof of the case log and prints the event that it proves.
func (c *verifyProofCmd) Run(e *env) error {
	set, err := c.load(e)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	p, err := proof.ParseProof(b)
	if err != nil {
		return refused("proof", err)
	}
	ev, cp, err := p.Verify(proof.CaseOrigin(set.Instance), set.CaseVerifier())
	if err != nil {
		return refused("proof", err)
	}
	fmt.Fprintf(e.out, "The proof is genuine: %q on %s, index %d of %d leaves.\n", ev.Kind, ev.Day, p.Index, cp.Size)
	for _, h := range []struct{ what, hash string }{{"sealed report", ev.Report}, {"sealed document", ev.Doc}} {
		if h.hash != "" {
			fmt.Fprintf(e.out, "Hash of the %s: %s\n", h.what, h.hash)
		}
	}
	return nil
}

type verifyCheckpointCmd struct {
	File string `arg:"" help:"The checkpoint."`
	Log  string `help:"Which log." enum:"cases,public" default:"cases"`
	trusted
}

// Run checks the signature of a checkpoint.
func (c *verifyCheckpointCmd) Run(e *env) error {
	set, err := c.load(e)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	origin, v := proof.CaseOrigin(set.Instance), set.CaseVerifier()
	if c.Log == "public" {
		origin, v = proof.PublicOrigin(set.Instance), set.PublicVerifier()
	}
	cp, err := proof.ParseCheckpoint(b, origin, v)
	if err != nil {
		return refused("checkpoint", err)
	}
	fmt.Fprintf(e.out, "The checkpoint is genuine: %d leaves, root %s.\n", cp.Size, hex.EncodeToString(cp.Root[:]))
	return nil
}

// errRefused is an artefact that does not verify.
var errRefused = errors.New("does not verify: it was changed, damaged, or made by somebody else")

func refused(what string, cause error) error {
	return fmt.Errorf("the %s %w (%v)", what, errRefused, cause)
}

// fingerprint is how the holder of a root key tells it to others.
func fingerprint(key ed25519.PublicKey) string { return proof.RootFingerprint(key) }
