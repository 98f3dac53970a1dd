package seal

import "strings"

// Bech32 as age uses it: BIP 173 with its checksum constant, without the 90-character limit. Only what seeds
// need is here; public keys are read and written by age itself.

const bech32Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

func bech32Polymod(values []byte) uint32 {
	chk := uint32(1)
	for _, v := range values {
		top := chk >> 25
		chk = (chk&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
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
	sum := bech32Polymod(append(values, 0, 0, 0, 0, 0, 0)) ^ 1
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

// bech32Data returns the bytes behind hrp in the lower-case text s without looking at the checksum: callers
// encode the result again and compare, which checks everything at once.
func bech32Data(hrp, s string) ([]byte, bool) {
	body, ok := strings.CutPrefix(s, hrp+"1")
	if !ok || len(body) < 6 {
		return nil, false
	}
	var data []byte
	acc, bits := uint32(0), 0
	for _, c := range []byte(body[:len(body)-6]) {
		v := strings.IndexByte(bech32Charset, c)
		if v < 0 {
			return nil, false
		}
		acc, bits = (acc<<5|uint32(v))&0xfff, bits+5
		if bits >= 8 {
			bits -= 8
			data = append(data, byte(acc>>bits))
		}
	}
	return data, true
}
