package reporter

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/seal"
)

// piece is how much of a file one request carries: what a cut line makes to be sent again.
const piece = 1 << 20

// tries bounds how often one place of an upload is tried.
const tries = 5

// Upload sends a sealed file by tus 1.0.0, going on where the server stands after each cut, and names it in f. It gives
// nothing away but the length. wait is called before each further try, told to the caller how far it is.
func (c *Client) Upload(ctx context.Context, sealed io.ReaderAt, f *seal.File, wait func(ctx context.Context) error) error {
	at, err := c.begin(ctx, f.SealedSize, wait)
	if err != nil {
		return err
	}
	blob, err := id.ParseBlob(at[strings.LastIndexByte(at, '/')+1:])
	if err != nil || at != c.api("upload/"+blob.String()) {
		return errs.Wrap(errs.Unavailable, "reporter.not_json", errs.Args{"Path": "upload"}, err)
	}
	buf := make([]byte, piece)
	failed := 0
	for offset := int64(0); offset < f.SealedSize; {
		n := min(piece, f.SealedSize-offset)
		if _, err := io.ReadFull(io.NewSectionReader(sealed, offset, n), buf[:n]); err != nil {
			return fmt.Errorf("reading the sealed file: %w", err)
		}
		next, err := c.patch(ctx, at, offset, buf[:n])
		if err == nil && next > offset {
			offset, failed = next, 0
			continue
		}
		if err == nil { // nothing of it was taken
			err = errs.New(errs.Unavailable, "reporter.not_json", errs.Args{"Path": "upload"})
		}
		if failed++; failed == tries || !errs.Is(err, errs.Unavailable) && !errs.Is(err, errs.Conflict) {
			return err
		}
		if err := wait(ctx); err != nil {
			return err
		}
		if got, err := c.offset(ctx, at); err == nil {
			offset = min(max(got, 0), f.SealedSize)
		}
	}
	f.Blob = blob.String()
	return nil
}

// begin pays for an upload of size bytes and returns its path. The same solved work gives the same upload, so a lost answer is
// asked for again.
func (c *Client) begin(ctx context.Context, size int64, wait func(ctx context.Context) error) (string, error) {
	var challenge work.Challenge
	if err := c.json(ctx, http.MethodGet, c.api("upload-work")+"?size="+strconv.FormatInt(size, 10), nil, nil, &challenge); err != nil {
		return "", err
	}
	solved, err := solve(challenge)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(solved)
	if err != nil {
		return "", err
	}
	for failed := 1; ; failed++ {
		resp, err := c.tus(ctx, http.MethodPost, c.api("upload"), http.Header{
			"Upload-Length": {strconv.FormatInt(size, 10)}, "Clarion-Work": {base64.RawURLEncoding.EncodeToString(b)},
		}, nil, http.StatusCreated)
		if err == nil {
			return resp.Header.Get("Location"), nil
		}
		if failed == tries || !errs.Is(err, errs.Unavailable) {
			return "", err
		}
		if err := wait(ctx); err != nil {
			return "", err
		}
	}
}

func (c *Client) patch(ctx context.Context, at string, offset int64, b []byte) (int64, error) {
	resp, err := c.tus(ctx, http.MethodPatch, at, http.Header{
		"Upload-Offset": {strconv.FormatInt(offset, 10)}, "Content-Type": {"application/offset+octet-stream"},
	}, b, http.StatusNoContent)
	if err != nil {
		return 0, err
	}
	return offsetIn(resp)
}

func (c *Client) offset(ctx context.Context, at string) (int64, error) {
	resp, err := c.tus(ctx, http.MethodHead, at, nil, nil, http.StatusOK)
	if err != nil {
		return 0, err
	}
	return offsetIn(resp)
}

func offsetIn(resp *http.Response) (int64, error) {
	n, err := strconv.ParseInt(resp.Header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		return 0, errs.Wrap(errs.Unavailable, "reporter.not_json", errs.Args{"Path": "upload"}, err)
	}
	return n, nil
}

// tus sends one request of the protocol and fails unless the answer has the status.
func (c *Client) tus(ctx context.Context, method, path string, h http.Header, body []byte, want int) (*http.Response, error) {
	if h == nil {
		h = http.Header{}
	}
	h["Tus-Resumable"] = []string{"1.0.0"}
	resp, b, err := c.call(ctx, method, path, h, body, maxNote)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != want {
		return nil, refusal("upload", resp.StatusCode, b)
	}
	return resp, nil
}

// solve does the work that a challenge asks for, if it is not more than the protocol allows.
func solve(c work.Challenge) (work.Payload, error) {
	if c.Parameters.Cost > maxCost {
		return work.Payload{}, errs.New(errs.Unavailable, "reporter.work", nil)
	}
	p, err := work.Solve(c, maxCounter)
	if err != nil {
		return p, errs.Wrap(errs.Unavailable, "reporter.work", nil, err)
	}
	return p, nil
}
