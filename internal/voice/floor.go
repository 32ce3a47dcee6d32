package voice

// smoothBands is the mean of each band's level over 5 frames.
func (t *track) smoothBands() []uint8 {
	out := make([]uint8, len(t.bands))
	var sum [bandCount]int
	for f := -2; f < t.frames; f++ {
		if in := f + 2; in < t.frames {
			for b := range sum {
				sum[b] += int(t.bands[in*bandCount+b])
			}
		}
		if f < 0 {
			continue
		}
		first, last := max(0, f-2), min(t.frames-1, f+2)
		n := last - first + 1
		for b := range sum {
			out[f*bandCount+b] = uint8((sum[b] + n/2) / n)
		}
		if f >= 2 {
			for b := range sum {
				sum[b] -= int(t.bands[(f-2)*bandCount+b])
			}
		}
	}
	return out
}

// noiseFloor is the floor of each band in dB every floorStep frames: a low quantile of the frames around, kept near
// the file's own (a talk of 20 s without a pause must not become its own floor).
func (t *track) noiseFloor(smooth []uint8) [][bandCount]float32 {
	var whole [bandCount]histogram
	peak := uint8(0)
	for f := range t.frames {
		for b := range whole {
			v := smooth[f*bandCount+b]
			whole[b].add(v, 1)
			peak = max(peak, v)
		}
	}
	least := float32(unpack(peak) - floorReach)
	var low [bandCount]float32
	for b := range whole {
		low[b] = float32(unpack(whole[b].quantile(0.05)))
	}
	steps := t.frames/floorStep + 2
	out := make([][bandCount]float32, steps)
	var local [bandCount]histogram
	in, gone := 0, 0
	for s := range out {
		centre := s * floorStep
		for ; in < min(t.frames, centre+floorWindow/2); in++ {
			for b := range local {
				local[b].add(smooth[in*bandCount+b], 1)
			}
		}
		for ; gone < min(t.frames, centre-floorWindow/2); gone++ {
			for b := range local {
				local[b].add(smooth[gone*bandCount+b], -1)
			}
		}
		for b := range local {
			v := low[b]
			if local[b].total > 0 {
				v = float32(unpack(local[b].quantile(floorQuantile)))
			}
			out[s][b] = max(least, min(low[b]+floorRise, max(low[b], v)))
		}
	}
	return out
}

// histogram counts packed levels.
type histogram struct {
	n     [256]int32
	total int32
}

func (h *histogram) add(v uint8, by int32) {
	h.n[v] += by
	h.total += by
}

func (h *histogram) quantile(q float64) uint8 {
	want := int32(q * float64(h.total))
	var sum int32
	for v, n := range h.n {
		sum += n
		if sum > want {
			return uint8(v)
		}
	}
	return 255
}
