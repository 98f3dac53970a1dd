package seal

import "strings"

// Bech32 as age uses it: BIP 173 with its checksum constant, without the 90-character limit. age itself
// reads and writes the public keys that are used; here are seeds, and the spelling of keys that are passed on.

const bech32Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Values is the place of a character in the charset, or bech32None.
var bech32Values = func() (values [256]byte) {
	for c := range values {
		values[c] = bech32None
		if v := strings.IndexByte(bech32Charset, byte(c)); v >= 0 {
			values[c] = byte(v)
		}
	}
	return values
}()

const bech32None = 0xff

// bech32Folds is what the five bits that leave the checksum at the top put into it: a recipient has two thousand
// characters, and is checked with every report.
var bech32Folds = func() (folds [32]uint32) {
	for top := range folds {
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				folds[top] ^= g
			}
		}
	}
	return folds
}()

// bech32Polymod takes the checksum chk, 1 at first, over values.
func bech32Polymod(chk uint32, values []byte) uint32 {
	for _, v := range values {
		chk = (chk&0x1ffffff)<<5 ^ uint32(v) ^ bech32Folds[chk>>25]
	}
	return chk
}

func bech32ExpandHRP(hrp string) []byte {
	out := make([]byte, 0, 2*len(hrp)+1)
	for _, c := range []byte(hrp) {
		out = append(out, c>>5)
	}
	out = append(out, 0)
	for _, c := range []byte(hrp) {
		out = append(out, c&31)
	}
	return out
}

// bech32Encode writes data under a lower-case human-readable part.
func bech32Encode(hrp string, data []byte) string {
	var fives []byte
	acc, bits := uint32(0), 0
	for _, b := range data {
		acc, bits = acc<<8|uint32(b), bits+8
		for bits >= 5 {
			bits -= 5
			fives = append(fives, byte(acc>>bits&31))
		}
	}
	if bits > 0 {
		fives = append(fives, byte(acc<<(5-bits)&31))
	}
	values := append(bech32ExpandHRP(hrp), fives...)
	sum := bech32Polymod(1, append(values, 0, 0, 0, 0, 0, 0)) ^ 1
	var s strings.Builder
	s.WriteString(hrp + "1")
	for _, v := range fives {
		s.WriteByte(bech32Charset[v])
	}
	for i := range 6 {
		s.WriteByte(bech32Charset[sum>>(5*(5-i))&31])
	}
	return s.String()
}

// bech32Decode returns the bytes behind hrp in s, if s is spelled as bech32Encode does it: in lower case, with the right
// checksum, no character too many and no bit set behind the last byte.
func bech32Decode(hrp, s string) ([]byte, bool) {
	body, ok := strings.CutPrefix(s, hrp+"1")
	if !ok || len(body) < 6 {
		return nil, false
	}
	values := []byte(body)
	for i, c := range values {
		if values[i] = bech32Values[c]; values[i] == bech32None {
			return nil, false
		}
	}
	if bech32Polymod(bech32Polymod(1, bech32ExpandHRP(hrp)), values) != 1 {
		return nil, false
	}
	values = values[:len(values)-6]
	data := make([]byte, 0, len(values)*5/8)
	acc, bits := uint32(0), 0
	for _, v := range values {
		acc, bits = acc<<5|uint32(v), bits+5
		if bits >= 8 {
			bits -= 8
			data = append(data, byte(acc>>bits))
		}
	}
	return data, bits < 5 && acc&(1<<bits-1) == 0
}
