package terminal

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Writer seals documents of one case, each as the next of its chain.
type Writer struct {
	o    *Opener
	c    *Opened
	day  workday.Day
	head map[cases.Chain]seal.ChainHead
}

// Write begins to write to a case that was opened.
func (o *Opener) Write(c *Opened, day workday.Day) *Writer {
	head := map[cases.Chain]seal.ChainHead{}
	for k, v := range c.plain {
		head[k] = v
	}
	return &Writer{o: o, c: c, day: day, head: head}
}

// Seal writes a document: to the unit alone, or for the chain to the reporter to both. It is signed by the member,
// and towards the reporter by the unit's published key.
func (w *Writer) Seal(body seal.Body, files ...id.Blob) (casework.Document, error) {
	chain := cases.Chain(body.Kind().Chain())
	raw, err := seal.EncodeBody(body)
	if err != nil {
		return casework.Document{}, err
	}
	out := casework.Document{ID: id.NewDoc(), Chain: chain, Kind: body.Kind(), Uploads: files, Visible: chain == cases.FromUnit}
	head := w.head[chain]
	d := seal.Document{
		Instance: w.o.Instance, Kind: body.Kind(), Case: w.c.Case.ID.String(), Chain: seal.Chain(chain), ID: out.ID.String(),
		Seq: head.Seq + 1, Prev: head.Sealed, Unit: string(w.c.Case.Unit), Day: w.day.String(),
		Author: seal.Author{Role: seal.RoleMember, ID: w.o.Keys.Member.ID}, Body: raw,
	}
	to := []seal.Recipient{w.o.Keys.Unit.Age.Recipient()}
	signers := []seal.Signer{{Role: seal.RoleMember, Key: w.o.Keys.Member.Sign}}
	if out.Visible {
		if text := w.c.replyTo(); text != "" { // else it waits for a mailbox
			reporter, err := seal.ParseRecipient(text)
			if err != nil {
				return casework.Document{}, errs.Wrap(errs.Conflict, "terminal.no_reply_key", nil, err)
			}
			to = append(to, reporter)
		}
		signers = append(signers, seal.Signer{Role: seal.RoleUnit, Key: w.o.Keys.Unit.Sign})
	}
	if out.Sealed, err = seal.SealDocument(d, body.Kind().Floor(), to, signers...); err != nil {
		return casework.Document{}, fmt.Errorf("sealing a %s: %w", body.Kind(), err)
	}
	out.Seq = d.Seq
	if d.Prev != "" {
		prev, err := hex.DecodeString(d.Prev)
		if err != nil || len(prev) != 32 {
			return casework.Document{}, fmt.Errorf("head of chain %s is not a hash", chain)
		}
		out.Prev = [32]byte(prev)
	}
	w.head[chain] = seal.ChainHead{Seq: d.Seq, Sealed: seal.SealedHash(out.Sealed)}
	return out, nil
}

// Attach seals a file for a document of a case that is to be written, and keeps it at the server for a day. limit is its largest
// size in bytes.
func (s *Session) Attach(ctx context.Context, number, name, kind string, src io.Reader, limit int64) (seal.File, id.Blob, error) {
	var sealed bytes.Buffer // staff files are small; the limit of the pack bounds the memory
	f, err := seal.SealFile(&sealed, src, limit)
	if err != nil {
		return f, id.Blob{}, err
	}
	b, err := s.Casework.Upload(ctx, s.Who, number, &sealed)
	if err != nil {
		return f, b, err
	}
	f.Blob, f.Name, f.Type = b.String(), name, kind
	return f, b, nil
}

// Files lists the attachments that the opened documents of a chain name, with the document's number.
func (c *Opened) Files(chain cases.Chain) []seal.File {
	var out []seal.File
	for _, it := range c.Items[chain] {
		if it.Signed == nil {
			continue
		}
		out = append(out, filesOf(it.Signed.Document)...)
	}
	return out
}

func filesOf(d seal.Document) []seal.File {
	switch d.Kind {
	case seal.KindReport:
		var b seal.Report
		if seal.DecodeBody(d, &b) == nil {
			return b.Files
		}
	case seal.KindMessage:
		var b seal.Message
		if seal.DecodeBody(d, &b) == nil {
			return b.Files
		}
	case seal.KindReply:
		var b seal.Reply
		if seal.DecodeBody(d, &b) == nil {
			return b.Files
		}
	case seal.KindNote:
		var b seal.Note
		if seal.DecodeBody(d, &b) == nil {
			return b.Files
		}
	case seal.KindCopy:
		var b seal.Copy
		if seal.DecodeBody(d, &b) == nil {
			return b.Files
		}
	default:
	}
	return nil
}
