package media

import (
	"encoding/binary"
	"io"
	"math"
)

// claimCAF is how many seconds a Core Audio file says it holds, 0 when it says nothing: frames of the packet table, or
// the size of the data chunk where all packets are alike. ffmpeg counts what is there.
func claimCAF(r io.ReaderAt, size int64) (float64, error) {
	var rate, seconds float64
	var bytesPacket, framesPacket uint32
	at := int64(8)
	for range 1000 {
		b, err := readSome(r, at, 12)
		if err != nil {
			return 0, err
		}
		if len(b) < 12 {
			break
		}
		id, n := string(b[:4]), int64(binary.BigEndian.Uint64(b[4:]))
		body, err := readSome(r, at+12, 32)
		if err != nil {
			return 0, err
		}
		switch {
		case id == "desc" && len(body) == 32:
			rate = math.Float64frombits(binary.BigEndian.Uint64(body))
			bytesPacket, framesPacket = binary.BigEndian.Uint32(body[16:]), binary.BigEndian.Uint32(body[20:])
		case id == "pakt" && len(body) >= 16 && rate > 0:
			return finite(float64(binary.BigEndian.Uint64(body[8:])) / rate), nil
		case id == "data" && n > 4 && bytesPacket > 0 && framesPacket > 0 && rate > 0:
			const editCount = 4 // stands before the sound
			seconds = finite(float64(n-editCount) / float64(bytesPacket) * float64(framesPacket) / rate)
		}
		if n < 0 || n > size-at-12 {
			break // to the end of the file, or beyond it
		}
		at += 12 + n
	}
	return seconds, nil
}

func finite(s float64) float64 {
	if math.IsNaN(s) || s < 0 || s > 1e10 {
		return 0
	}
	return s
}
