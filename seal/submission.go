package seal

import "slices"

// submissionSizes are the sizes of docs/spec/api.md.
var submissionSizes = [...]int64{28 << 10, 64 << 10, 256 << 10, 1_153_434}

// SubmissionSizes returns the sizes in bytes that the body of a sealed report can have, whatever it holds, in rising
// order.
func SubmissionSizes() []int64 { return slices.Clone(submissionSizes[:]) }

// FirstSubmission is the least of [SubmissionSizes] that a report may have where the key set lists so many custodians:
// one into which a report with an identity for each of them fits, so that nobody who counts bytes sees which report has
// one. docs/spec/api.md has the sum, because senders and servers must come to the same.
func FirstSubmission(custodians int) int64 {
	if custodians < ShareThreshold {
		return submissionSizes[0]
	}
	text := func(n int64) int64 { return (n + 2) / 3 * 4 } // in base64
	rest, around, longIdentity, longShare := int64(6144), int64(80), int64(512), int64(320)
	need := rest + text(SealedSize(FloorReport, 1)) + text(SealedSize(longIdentity, 1)) + int64(custodians)*(text(SealedSize(longShare, 1))+around)
	for _, size := range submissionSizes {
		if size >= need {
			return size
		}
	}
	return submissionSizes[len(submissionSizes)-1]
}

// SubmissionSize is the size to which a body of n bytes is filled with spaces, or [ErrTooLarge].
func SubmissionSize(n int64, custodians int) (int64, error) {
	for _, size := range submissionSizes {
		if size >= n && size >= FirstSubmission(custodians) {
			return size, nil
		}
	}
	return 0, ErrTooLarge
}
