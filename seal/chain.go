package seal

import "fmt"

// ChainFault says what is wrong with a chain of documents.
type ChainFault string

// The faults.
const (
	FaultInstance ChainFault = "instance" // of another installation
	FaultCase     ChainFault = "case"     // of another case
	FaultChain    ChainFault = "chain"    // of another chain of the case
	FaultUnit     ChainFault = "unit"     // of another unit
	FaultRepeat   ChainFault = "repeat"   // an id or sealed file that was there before
	FaultGap      ChainFault = "gap"      // one or more before it are missing
	FaultOrder    ChainFault = "order"    // it is not its turn
	FaultPrev     ChainFault = "prev"     // it follows other bytes than those before it
	FaultErase    ChainFault = "erase"    // an erase note that does not fit the place
)

// ChainError names the first item of a chain that does not fit.
type ChainError struct {
	Fault    ChainFault
	Position int   // index in the items, from 0
	Want     int64 // the sequence number that was due there
}

func (e *ChainError) Error() string {
	return fmt.Sprintf("seal: chain of documents: item %d, number %d due: %s", e.Position, e.Want, e.Fault)
}

// Thread is one chain of one case, and who speaks in it. Unit may be "" when a case moved between units.
type Thread struct {
	Instance string
	Case     string
	Chain    Chain
	Unit     string
}

// ChainItem is one document in its place. Erased stands instead of a Document whose bytes the reporter erased;
// the caller has verified the note's signature.
type ChainItem struct {
	Sealed   string // hex SHA-256 of the sealed bytes
	Document *Document
	Erased   *EraseNote
}

// ChainHead is where a chain stands: its last sequence number and the hash of that sealed document. The zero
// ChainHead is an empty chain.
type ChainHead struct {
	Seq    int64
	Sealed string
}

// CheckChain checks that items continue the thread after head, without gap, repeat, foreign or moved document,
// and returns the new head. The error is a [ChainError]. That nothing is missing at the end only somebody who
// knows a later head can tell.
func CheckChain(t Thread, after ChainHead, items ...ChainItem) (ChainHead, error) {
	seen := map[string]bool{after.Sealed: after.Seq > 0}
	head := after
	for i, item := range items {
		if fault := item.fault(t, head, seen, items[i+1:]); fault != "" {
			return head, &ChainError{Fault: fault, Position: i, Want: head.Seq + 1}
		}
		if item.Document != nil {
			seen[item.Document.ID] = true
		} else {
			seen[item.Erased.Doc] = true
		}
		seen[item.Sealed] = true
		head = ChainHead{Seq: head.Seq + 1, Sealed: item.Sealed}
	}
	return head, nil
}

func (it ChainItem) fault(t Thread, head ChainHead, seen map[string]bool, later []ChainItem) ChainFault {
	if it.Document == nil {
		e := it.Erased
		if e == nil || !validHash(it.Sealed) || e.Chain != t.Chain || e.Seq != head.Seq+1 || e.Sealed != it.Sealed ||
			seen[e.Doc] || seen[it.Sealed] {
			return FaultErase
		}
		return ""
	}
	d := it.Document
	switch {
	case d.Instance != t.Instance:
		return FaultInstance
	case d.Case != t.Case:
		return FaultCase
	case d.Chain != t.Chain:
		return FaultChain
	case t.Unit != "" && d.Unit != t.Unit:
		return FaultUnit
	case seen[d.ID] || seen[it.Sealed]:
		return FaultRepeat
	case d.Seq < head.Seq+1, d.Seq > head.Seq+1 && hasSeq(later, head.Seq+1):
		return FaultOrder
	case d.Seq > head.Seq+1:
		return FaultGap
	case d.Prev != head.Sealed:
		return FaultPrev
	}
	return ""
}

func hasSeq(items []ChainItem, seq int64) bool {
	for _, it := range items {
		if it.Document != nil && it.Document.Seq == seq || it.Erased != nil && it.Erased.Seq == seq {
			return true
		}
	}
	return false
}
